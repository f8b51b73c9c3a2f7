/**
 * ARAT: min_theta w_adv CE(f_adv(x'), y) + w_clean CE(f_clean(x), y) + (lambda / L) sum_l d(h_l(z'_l), sg(z_l)).
 * Waseda, Chang, Echizen, Rethinking Invariance Regularization in Adversarial Training to Improve Robustness-Accuracy
 * Trade-off, ICLR 2025, https://arxiv.org/abs/2402.14648. z: global average pool of the ReLU of a layer's BatchNorm
 * output.
 *
 * The official scripts have lambda 30 for ResNet-18 and 100 for WRN-34-10, for CIFAR-10 and CIFAR-100 alike
 * (`withNetwork` in experiments/networks.ts); how lambda follows from the network is left open, by them and by the
 * paper. Short runs have 4.
 */
import * as tf from '@tensorflow/tfjs-core';
import { cosineDistance, stopGradient } from '../../backend/ops.ts';
import { crossEntropy } from '../../attacks/losses.ts';
import { parameter } from '../../nn/parameters.ts';
import { Predictor } from '../../nn/predictor.ts';
import type { Network } from '../../nn/types.ts';
import type { Switches } from '../../settings/config.ts';
import { ARAT_INFO, PREDICTORS } from './info.ts';
import { trainingAttack } from '../training-attack.ts';
import { twoTerms } from '../two-terms.ts';
import type { Method } from '../types.ts';

/** PyTorch's F.cosine_similarity. */
export const COSINE_EPSILON = 1e-8;

/**
 * Names of the bn1 and bn2 layers of the chosen stages. In a wide network also `pool`: eleven in the last stage of
 * WRN-34-10, as in the official code.
 */
export function alignedLayers(network: Network, which: Switches['alignedLayers']): string[] {
  const stageOf = (name: string) => Number(/^(?:layer|block)(\d+)\./.exec(name)?.[1] ?? 0);
  const stages = Math.max(...network.bnLayers.map(stageOf));
  const first = { last: stages, lastTwo: Math.max(1, stages - 1), all: 1 }[which];
  const layers = network.bnLayers.filter((name) => stageOf(name) >= first && /\.bn[12]$/.test(name));
  return network.spec.family === 'wide' ? [...layers, 'pool'] : layers;
}

/** Adds a predictor to the network's store for each of the layers. */
export function predictorsOf(
  network: Network,
  layers: readonly string[],
  seed: number,
): ReadonlyMap<string, Predictor> {
  const width = (layer: string) => {
    if (layer === 'pool') return parameter(network, network.sharedWeights.at(-1)!).shape[0]!;
    return parameter(network, `${layer}${network.splitBn ? '.adv' : ''}.weight`).size;
  };
  const predictor = (layer: string) => new Predictor(network, PREDICTORS, layer, width(layer), seed);
  return new Map(layers.map((layer) => [layer, predictor(layer)]));
}

/** Mean over the batch of 1 - cos(a, b) or of the mean squared difference; a, b [N,d]. */
function distance(metric: Switches['metric'], a: tf.Tensor2D, b: tf.Tensor2D): tf.Scalar {
  if (metric === 'mse') return tf.mean(tf.squaredDifference(a, b)) as tf.Scalar;
  return tf.mean(cosineDistance(a, b, COSINE_EPSILON)) as tf.Scalar;
}

export interface AratExtras {
  /** h by layer; empty when the predictor is switched off, and h then is the identity. */
  readonly predictors: ReadonlyMap<string, Predictor>;
}

export const arat: Method<AratExtras> = {
  ...ARAT_INFO,
  start: () => 'uniform',
  splitBn: (switches) => switches.splitBn,
  createExtras(network, switches, seed) {
    const layers = switches.predictor ? alignedLayers(network, switches.alignedLayers) : [];
    return { predictors: predictorsOf(network, layers, seed) };
  },
  attack: trainingAttack,
  loss({ network, extras, switches, balance }, { x, xAdv }, y) {
    const features = alignedLayers(network, switches.alignedLayers);
    const clean = network.forward(x, { branch: 'clean', mode: 'train', updateStatistics: true, features });
    const adv = network.forward(xAdv, { branch: 'adv', mode: 'train', updateStatistics: true, features });

    const { autoBalance, classificationWeight: fixed } = switches;
    const [wAdv, wClean] = autoBalance ? [balance, 1 - balance] : [fixed, fixed];
    const ceAdv = crossEntropy(adv.logits, y);
    const ceClean = crossEntropy(clean.logits, y);
    const classification = tf.add(tf.mul(ceAdv, wAdv), tf.mul(ceClean, wClean)) as tf.Scalar;

    const sg = switches.stopGradient ? stopGradient : <T>(z: T) => z;
    const d = features.map((layer) => {
      const h = extras.predictors.get(layer);
      const z = adv.features[layer];
      return distance(switches.metric, h ? h.apply(z) : z, sg(clean.features[layer]));
    });
    const invariance = tf.mean(tf.stack(d)) as tf.Scalar;
    const terms = { ceAdv, ceClean, invariance };
    return twoTerms(classification, invariance, switches.invarianceWeight, terms);
  },
};
