import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { AttackModel } from '../attacks/attack-model.ts';
import { crossEntropyPerExample } from '../attacks/losses.ts';
import { ATTACKS, attackById } from '../attacks/registry.ts';
import { SHAPE, SIZE } from '../attacks/testing/models.ts';
import { distance, normOf } from '../attacks/threat.ts';
import type { Norm, Threat } from '../attacks/types.ts';
import { initialiseBackend } from '../backend/backend.ts';
import type { LogitsFn } from '../nn/types.ts';
import { RandomStream } from '../random/random.ts';
import { attackExample, lossesOf, TracingModel } from './attack-example.ts';
import { lossSlice } from './loss-slice.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

const CLASSES = 4;
const W = RandomStream.of(1, 'w').normalArray(SIZE * CLASSES);
/** logits = (x - 0.5) W. */
const logits: LogitsFn = (x) => {
  const rows = tf.sub(tf.reshape(x, [x.shape[0], SIZE]), 0.5) as tf.Tensor2D;
  return tf.matMul(rows, tf.tensor2d(W, [SIZE, CLASSES]));
};
const X = RandomStream.of(2, 'x').uniformArray(SIZE, 0.4, 0.6);
const model = () => new AttackModel(logits, CLASSES, SHAPE);
const answer = async () => {
  const z = await model().logits(X);
  return z.indexOf(Math.max(...z));
};
const pace = async () => {};
const linf: Threat = { norm: 'linf', eps: 0.05 };
const example = async (id: string, label: number, threat = linf) => {
  const attack = attackById(id);
  const budget = { ...attack.budget, iterations: Math.min(attack.budget.iterations, 20) };
  const input = { logits, classes: CLASSES, imageShape: SHAPE, x: X, label, threat, seed: 0, pace };
  return attackExample(input, attack, budget);
};

describe('lossesOf', () => {
  it('given logits and a label, when the losses are computed, then they equal those that attacks ascend', () => {
    const z = [2, -1, 3, 0.5];
    tf.tidy(() => {
      const ce = crossEntropyPerExample(tf.tensor2d([z]), tf.tensor1d([1], 'int32')).dataSync()[0];
      expect(lossesOf(z, 1).crossEntropy).toBeCloseTo(ce, 5);
    });
    expect(lossesOf(z, 1).margin).toBe(4);
    expect(lossesOf([1000, 0, 0], 0).crossEntropy).toBe(0);
  });
});

describe('attackExample', () => {
  it.each(ATTACKS.map((a) => a.id))(
    'given the attack %s, when it runs on an image, then its path is recorded and x′ is in the ball',
    async (id) => {
      const before = tf.memory().numTensors;
      const { adversarial, path } = await example(id, await answer());
      expect(tf.memory().numTensors).toBe(before);
      expect(path.margin.length).toBeGreaterThan(0);
      expect(path.margin.length).toBe(path.crossEntropy.length);
      expect(distance('linf', adversarial, X, 0, SIZE)).toBeLessThanOrEqual(linf.eps + 1e-6);
    },
  );

  it('given FGSM, when it runs on an image, then the path is the clean image and x′, with a higher loss at x′', async () => {
    const label = await answer();
    const { path, cleanLogits, attackedLogits, adversarial, gradient } = await example('fgsm', label);
    expect(path.crossEntropy).toHaveLength(2);
    expect(path.crossEntropy[0]).toBeCloseTo(lossesOf(cleanLogits, label).crossEntropy, 5);
    expect(path.crossEntropy[1]).toBeCloseTo(lossesOf(attackedLogits, label).crossEntropy, 5);
    expect(path.crossEntropy[1]).toBeGreaterThan(path.crossEntropy[0]);
    gradient.forEach((g, j) => expect(Math.sign(adversarial[j] - X[j])).toBe(Math.sign(g)));
  });

  it('given a misclassified image, when attacked, then attacks that need a correct answer return it unchanged and PGD-20 raises its loss', async () => {
    const label = ((await answer()) + 1) % CLASSES;
    for (const id of ['apgd-ce', 'apgd-t', 'fab-t', 'square', 'pgd-20-targeted']) {
      const { adversarial, path } = await example(id, label);
      expect(adversarial).toEqual(X);
      expect(path.margin).toEqual([]);
    }
    const { path } = await example('pgd-20', label);
    expect(path.crossEntropy.at(-1)).toBeGreaterThan(path.crossEntropy[0]);
  });

  it('given a tracing model, when it is evaluated, then its logits equal those of the plain model', async () => {
    const traced = new TracingModel(logits, CLASSES, 0, SHAPE);
    expect(await traced.logits(X)).toEqual(await model().logits(X));
    expect(traced.path.margin).toHaveLength(1);
  });
});

describe('lossSlice', () => {
  const cut = async (perturbation: Float32Array, threat: Threat, label: number) =>
    lossSlice({ model: model(), x: X, label, perturbation, threat, seed: 0, side: 5, pace });

  it.each<Norm>(['linf', 'l2'])(
    'given a %s perturbation of size eps, when the slice is computed, then its centre is the image and the end of the middle row is x′',
    async (norm) => {
      const label = await answer();
      const threat = { norm, eps: 0.2 };
      const { adversarial, cleanLogits, attackedLogits } = await example('pgd-20', label, threat);
      const perturbation = adversarial.map((v, j) => v - X[j]);
      expect(normOf(norm, perturbation, 0, SIZE)).toBeCloseTo(threat.eps, 4);
      const before = tf.memory().numTensors;
      const slice = await cut(perturbation, threat, label);
      expect(tf.memory().numTensors).toBe(before);
      expect(slice.loss).toHaveLength(25);
      expect(slice.loss[12]).toBeCloseTo(lossesOf(cleanLogits, label).crossEntropy, 4);
      expect(slice.loss[14]).toBeCloseTo(lossesOf(attackedLogits, label).crossEntropy, 3);
      expect([slice.wrong[12], slice.wrong[14]]).toEqual([0, 1]);
      // The ends of both axes lie inside the ball, the corners outside.
      expect([10, 12, 14, 2, 22].map((k) => slice.inside[k])).toEqual([1, 1, 1, 1, 1]);
      expect([0, 4, 20, 24].map((k) => slice.inside[k])).toEqual([0, 0, 0, 0]);
    },
  );

  it('given a perturbation of 0, when the slice is computed, then its first direction is the step of FGSM', async () => {
    const label = await answer();
    const { adversarial } = await example('fgsm', label);
    const none = await cut(new Float32Array(SIZE), linf, label);
    const step = await cut(
      adversarial.map((v, j) => v - X[j]),
      linf,
      label,
    );
    none.loss.forEach((l, i) => expect(l).toBeCloseTo(step.loss[i], 4));
  });

  it('given a model whose logits do not depend on the image, when the slice is computed, then an error says that there is no direction', async () => {
    const flat = new AttackModel(
      (x) => tf.add(tf.mul(tf.sum(tf.reshape(x, [x.shape[0], SIZE]), 1, true), 0), [[1, 0]]) as tf.Tensor2D,
      2,
      SHAPE,
    );
    const perturbation = new Float32Array(SIZE);
    await expect(
      lossSlice({ model: flat, x: X, label: 0, perturbation, threat: linf, seed: 0, side: 3, pace }),
    ).rejects.toThrow(/no direction to cut along/);
  });
});
