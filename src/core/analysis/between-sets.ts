/** Inference through the two BatchNorm sets of a network, and between them. */
import * as tf from '@tensorflow/tfjs-core';
import { parameter } from '../nn/parameters.ts';
import { ResNet } from '../nn/resnet.ts';
import type { BnBranch } from '../nn/types.ts';

const VALUES = ['weight', 'bias', 'running_mean', 'running_var'] as const;

/**
 * A copy of `network` with one BatchNorm set, each of whose values is (1 - share) times that of the clean set plus
 * `share` times that of the adv set: the clean set at 0, the adv set at 1. The caller disposes it.
 */
export function betweenSets(network: ResNet, share: number): ResNet {
  const made = new ResNet({ ...network.spec, splitBn: false }, 0);
  const copy = (to: string, value: () => tf.Tensor) =>
    tf.tidy(() => parameter(made, to).assign(value() as never));
  made.sharedWeights.forEach((name, i) =>
    copy(name, () => tf.add(parameter(network, network.sharedWeights[i]), 0)),
  );
  const bias = `${network.head}.bias`;
  copy(bias, () => tf.add(parameter(network, bias), 0));
  for (const layer of made.bnLayers)
    for (const value of VALUES) {
      const of = (branch: BnBranch) => parameter(network, network.bnName(layer, branch, value));
      copy(made.bnName(layer, 'adv', value), () =>
        tf.add(tf.mul(of('clean'), 1 - share), tf.mul(of('adv'), share)),
      );
    }
  return made;
}
