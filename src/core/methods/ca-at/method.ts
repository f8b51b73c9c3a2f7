/**
 * CA-AT: SGD follows g = g_a + lambda* g_c where cos(g_a, g_c) < gamma, and g_c elsewhere, with
 * g_c = grad CE(f(x), y), g_a = grad CE(f(x'), y), phi = cos(g_a, g_c) over all parameters and
 * lambda* = |g_a| (gamma sqrt(1 - phi^2) - phi sqrt(1 - gamma^2)) / (|g_c| sqrt(1 - gamma^2)), for which
 * cos(g, g_c) = gamma. Xue, Wang, Qin, Pedarsani, Conflict-Aware Adversarial Training, 2024,
 * https://arxiv.org/abs/2410.16579.
 *
 * As in the official code (chrisyxue/CA-AT, grad_proj.py): one BatchNorm set, first x and then x' through it, x' = PGD
 * on CE in eval mode from a uniform start in [0,1]. Its values of gamma disagree: 0.9 in cifar10_ca_at.sh, its script
 * for CIFAR-10 and ResNet-18, which is the default here; 0.8 in the settings of the ResNet-18 weights that it
 * publishes; 0.5 where none is given. Left out of it: Nesterov momentum, its schedule and its batch size, which are the
 * race's. Left open by the formula: where g_c is 0, g is g_a.
 */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy } from '../../attacks/losses.ts';
import { pgd } from '../../attacks/pgd.ts';
import type { LogitsFn } from '../../nn/types.ts';
import { twoTerms } from '../two-terms.ts';
import type { Gradients, Method } from '../types.ts';
import { CA_AT_INFO } from './info.ts';

/** Below any square of a norm that matters; keeps the quotients finite where a gradient is 0. */
const TINY = 1e-30;

function dot(a: Gradients, b: Gradients): tf.Scalar {
  const products = [...a].flatMap(([name, g]) => {
    const other = b.get(name);
    return other ? [tf.sum(tf.mul(g, other)) as tf.Scalar] : [];
  });
  return tf.sum(tf.stack(products)) as tf.Scalar;
}

/** w_a and w_c of g = w_a g_a + w_c g_c. Call within tidy. */
export function weightsOf(
  adversarial: Gradients,
  clean: Gradients,
  gamma: number,
): { a: tf.Scalar; c: tf.Scalar } {
  const [aa, cc] = [dot(adversarial, adversarial), dot(clean, clean)].map((s) => tf.maximum(s, TINY));
  const phi = tf.div(dot(adversarial, clean), tf.mul(tf.sqrt(aa), tf.sqrt(cc)));
  const sinGamma = Math.sqrt(1 - gamma * gamma);
  const sinPhi = tf.sqrt(tf.relu(tf.sub(1, tf.square(phi))));
  const ratio = tf.div(tf.sqrt(aa), tf.mul(tf.sqrt(cc), sinGamma));
  const lambda = tf.mul(ratio, tf.sub(tf.mul(sinPhi, gamma), tf.mul(phi, sinGamma)));
  // Below gamma 1, else 0; a product would make NaN of an infinite lambda.
  const conflict = tf.less(phi, gamma);
  return {
    a: tf.where(conflict, tf.scalar(1), tf.scalar(0)) as tf.Scalar,
    c: tf.where(conflict, lambda, tf.scalar(1)) as tf.Scalar,
  };
}

export const caAt: Method<null> = {
  ...CA_AT_INFO,
  start: () => 'uniform',
  splitBn: () => false,
  createExtras: () => null,
  attack({ network, attack }, x, y, noise) {
    const f: LogitsFn = (z) => network.forward(z, { branch: 'adv', mode: 'eval' }).logits;
    return { x: tf.clone(x), xAdv: pgd(f, x, y, { ...attack, loss: 'ce', starts: [noise] }) };
  },
  /** CE(f(x'), y) + CE(f(x), y): what the charts show; SGD follows `combine`. */
  loss({ network }, { x, xAdv }, y) {
    const train = { branch: 'adv', mode: 'train', updateStatistics: true } as const;
    const ceClean = crossEntropy(network.forward(x, train).logits, y);
    const ceAdv = crossEntropy(network.forward(xAdv, train).logits, y);
    return twoTerms(ceAdv, ceClean, 1, { ceAdv, ceClean });
  },
  combine({ switches }, adversarial, clean) {
    const { a, c } = weightsOf(adversarial, clean, switches.conflictThreshold);
    const out = new Map<string, tf.Tensor>();
    for (const [name, g] of adversarial) {
      const other = clean.get(name);
      out.set(name, other ? tf.add(tf.mul(g, a), tf.mul(other, c)) : tf.mul(g, a));
    }
    for (const [name, g] of clean) if (!out.has(name)) out.set(name, tf.mul(g, c));
    return out;
  },
};
