/** Fast gradient sign method, L-inf (Goodfellow et al. 2015, https://arxiv.org/abs/1412.6572): one step of size eps from x. */
import type * as tf from '@tensorflow/tfjs-core';
import type { LogitsFn } from '../nn/types.ts';
import { pgd } from './pgd.ts';

/** x' = clip(x + eps sign(grad_x loss), 0, 1); x [N,32,32,3] in [0,1], y [N] int32. The caller owns the result. */
export function fgsm(
  logits: LogitsFn,
  x: tf.Tensor4D,
  y: tf.Tensor1D,
  eps: number,
  loss: 'ce' | 'margin' = 'ce',
): tf.Tensor4D {
  return pgd(logits, x, y, { eps, stepSize: eps, steps: 1, loss });
}
