/**
 * How far clean and adversarial BatchNorm statistics lie apart (the paper's second problem, the mixture distribution).
 */
import * as tf from '@tensorflow/tfjs-core';
import type { BnLayer } from '../result/results.ts';
import type { ResNet } from '../nn/resnet.ts';
import { parameter } from '../nn/parameters.ts';

const SHOWN_CHANNELS = 16;

interface Statistics {
  readonly mean: ArrayLike<number>;
  readonly variance: ArrayLike<number>;
}

/** Mean over channels of |mean_a - mean_b| / sqrt((var_a + var_b)/2); 0 where both variances are 0. */
export function statisticsDistance(a: Statistics, b: Statistics): number {
  const n = a.mean.length;
  let total = 0;
  for (let c = 0; c < n; c++) {
    const spread = Math.sqrt((a.variance[c] + b.variance[c]) / 2);
    if (spread > 0) total += Math.abs(a.mean[c] - b.mean[c]) / spread;
  }
  return total / n;
}

const shown = (s: Statistics) => ({
  mean: Array.from(s.mean).slice(0, SHOWN_CHANNELS),
  std: Array.from(s.variance, Math.sqrt).slice(0, SHOWN_CHANNELS),
});

/**
 * Batch statistics of x through the clean set and x' through the adv set (train mode, nothing is updated), and the two
 * sets of running statistics. x, xAdv [N,32,32,3] stay the caller's.
 */
export async function bnDivergence(network: ResNet, x: tf.Tensor4D, xAdv: tf.Tensor4D): Promise<BnLayer[]> {
  const gather = (images: tf.Tensor4D, branch: 'clean' | 'adv') =>
    tf.tidy(() => {
      const { statistics } = network.forward(images, { branch, mode: 'train', statistics: 'all' });
      return tf.concat(
        network.bnLayers.flatMap((name) => [statistics[name].mean, statistics[name].variance]),
      );
    });
  const running = (branch: 'clean' | 'adv') =>
    tf.tidy(() =>
      tf.concat(
        network.bnLayers.flatMap((name) =>
          ['running_mean', 'running_var'].map(
            (s) => parameter(network, `${network.bnPrefix(name, branch)}.${s}`) as unknown as tf.Tensor1D,
          ),
        ),
      ),
    );
  const tensors = [gather(x, 'clean'), gather(xAdv, 'adv'), running('clean'), running('adv')];
  const [batchClean, batchAdv, runClean, runAdv] = await Promise.all(tensors.map((t) => t.data()));
  tf.dispose(tensors);
  let at = 0;
  return network.bnLayers.map((name) => {
    const channels = parameter(network, `${network.bnPrefix(name, 'adv')}.weight`).size;
    const cut = (values: ArrayLike<number>): Statistics => ({
      mean: Array.from({ length: channels }, (_, c) => values[at + c]),
      variance: Array.from({ length: channels }, (_, c) => values[at + channels + c]),
    });
    const layer: BnLayer = {
      name,
      batchDistance: statisticsDistance(cut(batchClean), cut(batchAdv)),
      runningDistance: statisticsDistance(cut(runClean), cut(runAdv)),
      clean: shown(cut(batchClean)),
      adv: shown(cut(batchAdv)),
    };
    at += 2 * channels;
    return layer;
  });
}
