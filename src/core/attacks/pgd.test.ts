import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import type { LogitsFn } from '../nn/types.ts';
import { crossEntropyPerExample, klPerExample, marginPerExample } from './losses.ts';
import { pgd } from './pgd.ts';

beforeAll(async () => {
  await initialiseBackend('cpu');
});

/** A linear model of two classes on 2x2 images: the sign of w.x decides. */
const linear =
  (w: readonly number[]): LogitsFn =>
  (x) => {
    const score = tf.matMul(tf.reshape(x, [x.shape[0], 12]) as tf.Tensor2D, tf.tensor2d([...w], [12, 1]));
    return tf.concat([score, tf.neg(score)], 1) as tf.Tensor2D;
  };

const pixels = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 });
const weights = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), { minLength: 12, maxLength: 12 });

describe('PGD', () => {
  test('given any linear model, image, radius and start, then the result is in the ball and in [0,1]', () => {
    fc.assert(
      fc.property(
        pixels,
        weights,
        fc.double({ min: 0, max: 0.5, noNaN: true }),
        fc.boolean(),
        (image, w, eps, start) => {
          tf.tidy(() => {
            const x = tf.tensor4d(image, [1, 2, 2, 3]);
            const y = tf.tensor1d([0], 'int32');
            const starts = start
              ? [tf.randomUniform([1, 2, 2, 3], -1, 1, 'float32', 1) as tf.Tensor4D]
              : undefined;
            const out = pgd(linear(w), x, y, {
              eps,
              stepSize: eps / 2,
              steps: 4,
              loss: 'ce',
              starts,
            }).dataSync();
            const clean = x.dataSync();
            out.forEach((v, i) => {
              expect(Math.abs(v - clean[i])).toBeLessThanOrEqual(eps + 1e-6);
              expect(v).toBeGreaterThanOrEqual(0);
              expect(v).toBeLessThanOrEqual(1);
            });
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('given a linear model, when FGSM attacks away from the bounds, then every pixel moves eps against its weight', () => {
    tf.tidy(() => {
      const w = Array.from({ length: 12 }, (_, i) => (i % 2 ? 1 : -1));
      const options = { eps: 0.1, stepSize: 0.1, steps: 1, loss: 'ce' } as const;
      const x = tf.fill([1, 2, 2, 3], 0.5) as tf.Tensor4D;
      const out = pgd(linear(w), x, tf.tensor1d([0], 'int32'), options).dataSync();
      out.forEach((v, i) => expect(v).toBeCloseTo(0.5 - 0.1 * w[i], 6));
    });
  });

  test('given several starts, then each example keeps the result of the largest margin', () => {
    tf.tidy(() => {
      const w = Array.from({ length: 12 }, () => 1);
      const x = tf.fill([1, 2, 2, 3], 0.5) as tf.Tensor4D;
      const y = tf.tensor1d([0], 'int32');
      const starts = [1, -1, 0].map((v) => tf.fill([1, 2, 2, 3], v) as tf.Tensor4D);
      // Without steps the results are the starts, and -1 has the largest margin for class 0.
      const out = pgd(linear(w), x, y, { eps: 0.1, stepSize: 0.1, steps: 0, loss: 'ce', starts }).dataSync();
      out.forEach((v) => expect(v).toBeCloseTo(0.4, 6));
    });
  });

  test('given targets, then the attack moves towards them', () => {
    tf.tidy(() => {
      const w = Array.from({ length: 12 }, () => 1);
      const x = tf.fill([1, 2, 2, 3], 0.5) as tf.Tensor4D;
      const y = tf.tensor1d([1], 'int32');
      const options = {
        eps: 0.1,
        stepSize: 0.1,
        steps: 1,
        loss: 'ce',
        targets: tf.tensor1d([0], 'int32'),
      } as const;
      pgd(linear(w), x, y, options)
        .dataSync()
        .forEach((v) => expect(v).toBeCloseTo(0.6, 6));
    });
  });

  test('given an attack, then its result is the only new tensor', () => {
    const x = tf.fill([1, 2, 2, 3], 0.5) as tf.Tensor4D;
    const y = tf.tensor1d([0], 'int32');
    const noise = tf.zerosLike(x);
    const before = tf.memory().numTensors;
    const out = pgd(linear(Array(12).fill(1)), x, y, {
      eps: 0.1,
      stepSize: 0.05,
      steps: 3,
      loss: 'kl',
      starts: [noise, noise],
    });
    expect(tf.memory().numTensors).toBe(before + 1);
    tf.dispose([x, y, noise, out]);
  });
});

describe('losses', () => {
  test('given known logits, then cross-entropy, margin and KL have the values of their formulas', () => {
    tf.tidy(() => {
      const logits = tf.tensor2d([[Math.log(0.7), Math.log(0.2), Math.log(0.1)]]);
      const other = tf.tensor2d([[0, 0, 0]]);
      const y = tf.tensor1d([1], 'int32');
      expect(crossEntropyPerExample(logits, y).dataSync()[0]).toBeCloseTo(-Math.log(0.2), 5);
      expect(marginPerExample(logits, y).dataSync()[0]).toBeCloseTo(Math.log(0.7 / 0.2), 5);
      const kl = [0.7, 0.2, 0.1].reduce((s, p) => s + p * Math.log(3 * p), 0);
      expect(klPerExample(logits, other).dataSync()[0]).toBeCloseTo(kl, 5);
    });
  });

  test('given logits of a thousand, then cross-entropy does not overflow', () => {
    tf.tidy(() => {
      const loss = crossEntropyPerExample(
        tf.tensor2d([[1000, -1000]]),
        tf.tensor1d([1], 'int32'),
      ).dataSync()[0];
      expect(loss).toBeCloseTo(2000, 2);
    });
  });
});
