/**
 * IKL-AT: min_theta CE(f(x), y) + alpha/4 sum_jk w_j w_k (D_jk(x) - D_jk(x'))^2 - beta s(x) . log s(x'), s =
 * softmax(f), D_jk = f_j - f_k; s(x) in the last term is not differentiated. x' as in TRADES. Cui et al., Decoupled
 * Kullback-Leibler Divergence Loss, NeurIPS 2024, https://arxiv.org/abs/2305.13948.
 *
 * DKL, equal in its gradient to KL(s(x) || s(x')) for alpha = beta = 1: w = s(x), not differentiated, and D(x') not
 * differentiated. IKL changes two things, each a switch: `twoSided` differentiates D(x'), and with `classMeans` w is
 * the mean of softmax(f(x) / temperature) over the images of x's class in the last epoch, uniform in the first.
 *
 * As in the official code (jiequancui/DKL, DKLv1): alpha 20, beta 4, temperature 4 for CIFAR-10, where the code calls
 * the two weights by each other's names; predictions in train mode. Left out of its recipe: adversarial weight
 * perturbation, an eps that grows over the run, few attack steps at first, the moving average of the weights, 200
 * epochs; attack and optimiser are the race's. The order of the two forward passes, x' first, is the code's.
 */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, logSoftmax, oneHot } from '../../attacks/losses.ts';
import { stopGradient } from '../../backend/ops.ts';
import { addBuffer, parameter } from '../../nn/parameters.ts';
import { divergenceAttack } from '../training-attack.ts';
import { oneTerm, twoTerms } from '../two-terms.ts';
import type { Method } from '../types.ts';
import { CLASS_MEANS, CLASS_SUMS, IKL_INFO } from './info.ts';

/**
 * 1/4 sum_jk w_j w_k (D_jk - E_jk)^2 per example for logits a and b [N,K] and weights w [N,K] whose rows sum to 1: half
 * the variance of a - b under w.
 */
export function weightedSquares(a: tf.Tensor2D, b: tf.Tensor2D, w: tf.Tensor2D): tf.Tensor1D {
  const d = tf.sub(a, b);
  const centred = tf.sub(d, tf.sum(tf.mul(w, d), 1, true));
  return tf.mul(tf.sum(tf.mul(w, tf.square(centred)), 1), 0.5) as tf.Tensor1D;
}

/** -s(p) . log s(q) per example, p not differentiated. */
export function softCrossEntropy(pLogits: tf.Tensor2D, qLogits: tf.Tensor2D): tf.Tensor1D {
  const p = tf.exp(logSoftmax(stopGradient(pLogits)));
  return tf.neg(tf.sum(tf.mul(p, logSoftmax(qLogits)), 1)) as tf.Tensor1D;
}

/** sum_n own_n^T s_n, [K,K]: own [N,K] one-hot labels, s [N,K]. */
const byClass = (own: tf.Tensor2D, s: tf.Tensor2D): tf.Tensor2D =>
  tf.sum(tf.mul(tf.expandDims(own, 2), tf.expandDims(s, 1)), 0);

/** The row of each example's class: own [N,K] one-hot labels, rows [K,K] -> [N,K]. */
const rowOf = (own: tf.Tensor2D, rows: tf.Tensor2D): tf.Tensor2D =>
  tf.sum(tf.mul(tf.expandDims(own, 2), tf.expandDims(rows, 0)), 1);

export const ikl: Method<null> = {
  ...IKL_INFO,
  start: () => 'gaussian',
  splitBn: () => false,
  createExtras(network) {
    const k = network.classes;
    addBuffer(network, CLASS_MEANS, tf.fill([k, k], 1 / k));
    addBuffer(network, CLASS_SUMS, tf.zeros([k, k]));
    return null;
  },
  attack: (context, x, _y, noise) => divergenceAttack(context, x, noise),
  loss({ network, switches }, { x, xAdv }, y) {
    const { mseWeight, softWeight, twoSided, classMeans, temperature } = switches;
    const train = { branch: 'adv', mode: 'train', updateStatistics: true } as const;
    const adv = network.forward(xAdv, train).logits;
    const clean = network.forward(x, train).logits;
    const ce = crossEntropy(clean, y);
    if (mseWeight === 0 && softWeight === 0) return oneTerm(ce, { ce });

    const own = oneHot(y, network.classes);
    const fixed = stopGradient(clean);
    if (classMeans) {
      const s = tf.exp(logSoftmax(tf.div(fixed, temperature)));
      const sums = parameter(network, CLASS_SUMS.name);
      sums.assign(tf.add(sums, byClass(own, s)) as never);
    }
    const w = classMeans
      ? rowOf(own, parameter(network, CLASS_MEANS.name) as unknown as tf.Tensor2D)
      : tf.exp(logSoftmax(fixed));
    const wmse = tf.mean(weightedSquares(clean, twoSided ? adv : stopGradient(adv), w)) as tf.Scalar;
    const softCe = tf.mean(softCrossEntropy(clean, adv)) as tf.Scalar;
    const divergence = tf.add(tf.mul(wmse, mseWeight), tf.mul(softCe, softWeight)) as tf.Scalar;
    return twoTerms(ce, divergence, 1, { ce, wmse, softCe });
  },
  /**
   * Means of this epoch's predictions by class; a class without images keeps its row, and a second call changes
   * nothing.
   */
  async afterEpoch({ network }) {
    tf.tidy(() => {
      const [means, sums] = [CLASS_MEANS, CLASS_SUMS].map(({ name }) => parameter(network, name));
      const images = tf.sum(sums, 1, true);
      const seen = tf.step(images);
      const measured = tf.div(sums, tf.add(images, tf.sub(1, seen)));
      means.assign(tf.add(tf.mul(measured, seen), tf.mul(means, tf.sub(1, seen))) as never);
      sums.assign(tf.zerosLike(sums));
    });
  },
};
