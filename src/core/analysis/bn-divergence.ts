/**
 * Two distances of BatchNorm: between the batch statistics of clean and adversarial images (the ARAT paper's second
 * problem, the mixture distribution), and between the two sets of split BatchNorm. For the batch statistics x and x' go
 * through the same set, because the sets' different affine transforms alone would make a distance.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BnLayer } from '../result/results.ts';
import type { ResNet } from '../nn/resnet.ts';
import { parameter } from '../nn/parameters.ts';
import type { BnBranch, BnValue } from '../nn/types.ts';

const SHOWN_CHANNELS = 16;

interface Statistics {
  readonly mean: ArrayLike<number>;
  readonly variance: ArrayLike<number>;
}

/**
 * Mean over channels of |mean_a - mean_b| / sqrt((var_a + var_b)/2). A channel whose two variances are 0 counts as 0.
 */
export function statisticsDistance(a: Statistics, b: Statistics): number {
  const n = a.mean.length;
  let total = 0;
  for (let c = 0; c < n; c++) {
    const spread = Math.sqrt((a.variance[c] + b.variance[c]) / 2);
    if (spread > 0) total += Math.abs(a.mean[c] - b.mean[c]) / spread;
  }
  return total / n;
}

/** ||a - b|| / sqrt((||a||^2 + ||b||^2)/2) of two vectors of the same length; 0 if both are 0. */
export function relativeDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, norms] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    difference += (a[i] - b[i]) ** 2;
    norms += a[i] ** 2 + b[i] ** 2;
  }
  return norms > 0 ? Math.sqrt(difference / (norms / 2)) : 0;
}

const shown = (s: Statistics) => ({
  mean: Array.from(s.mean).slice(0, SHOWN_CHANNELS),
  std: Array.from(s.variance, Math.sqrt).slice(0, SHOWN_CHANNELS),
});

/** Two vectors [C] for each BN layer: means and variances, or gammas and betas. */
type PairsByLayer = readonly { readonly first: number[]; readonly second: number[] }[];

/** Reads two vectors [C] per BN layer in one transfer; `pairs` returns them in the order of the layers, within tidy. */
async function readPairs(network: ResNet, pairs: () => readonly tf.Tensor1D[]): Promise<PairsByLayer> {
  const all = tf.tidy(() => tf.concat([...pairs()]));
  const values = await all.data();
  all.dispose();
  let at = 0;
  return network.bnLayers.map((name) => {
    const channels = parameter(network, `${network.bnPrefix(name, 'adv')}.weight`).size;
    const take = () => Array.from(values.subarray(at, (at += channels)));
    return { first: take(), second: take() };
  });
}

/**
 * Batch statistics of the input of every BN layer, with `images` through the set `branch` in train mode. Running
 * statistics are not updated.
 */
const batchStatistics = (network: ResNet, images: tf.Tensor4D, branch: BnBranch) =>
  readPairs(network, () => {
    const { statistics } = network.forward(images, { branch, mode: 'train', statistics: 'all' });
    return network.bnLayers.flatMap((name) => [statistics[name].mean, statistics[name].variance]);
  });

/** The two parameters `names` of every BN layer in the set `branch`. */
const kept = (network: ResNet, branch: BnBranch, names: readonly [BnValue, BnValue]) =>
  readPairs(network, () =>
    network.bnLayers.flatMap((name) =>
      names.map((of) => parameter(network, network.bnName(name, branch, of)) as unknown as tf.Tensor1D),
    ),
  );

const RUNNING = ['running_mean', 'running_var'] as const;
const AFFINE = ['weight', 'bias'] as const;

/**
 * For every BN layer: the distance between the batch statistics of x and xAdv through each set, and the distances
 * between the two sets' running statistics and affine parameters. x, xAdv [N,32,32,3] in [0,1]; the caller keeps them.
 * Leaves no tensors and updates no statistics.
 */
export async function bnDivergence(network: ResNet, x: tf.Tensor4D, xAdv: tf.Tensor4D): Promise<BnLayer[]> {
  const through = async (branch: BnBranch) => ({
    x: await batchStatistics(network, x, branch),
    xAdv: await batchStatistics(network, xAdv, branch),
  });
  const adv = await through('adv');
  const clean = network.splitBn ? await through('clean') : adv;
  const running = [await kept(network, 'clean', RUNNING), await kept(network, 'adv', RUNNING)];
  const affine = [await kept(network, 'clean', AFFINE), await kept(network, 'adv', AFFINE)];
  const statistics = (of: PairsByLayer, i: number): Statistics => ({
    mean: of[i].first,
    variance: of[i].second,
  });
  const vector = (of: PairsByLayer, i: number) => [...of[i].first, ...of[i].second];
  return network.bnLayers.map((name, i) => ({
    name,
    throughClean: statisticsDistance(statistics(clean.x, i), statistics(clean.xAdv, i)),
    throughAdv: statisticsDistance(statistics(adv.x, i), statistics(adv.xAdv, i)),
    runningDistance: statisticsDistance(statistics(running[0], i), statistics(running[1], i)),
    affineDistance: relativeDistance(vector(affine[0], i), vector(affine[1], i)),
    clean: shown(statistics(adv.x, i)),
    adv: shown(statistics(adv.xAdv, i)),
  }));
}
