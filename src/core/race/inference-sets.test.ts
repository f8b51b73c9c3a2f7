/** Inference through both BatchNorm sets and between them, and networks that split only a part of BatchNorm. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { betweenSets } from '../analysis/between-sets.ts';
import { bnDivergence } from '../analysis/bn-divergence.ts';
import { initialiseBackend } from '../backend/backend.ts';
import { subset } from '../data/subset.ts';
import { contestant } from '../experiments/contestant.ts';
import { IMAGE_BYTES, type ImageSet } from '../data/dataset.ts';
import type { ResNet } from '../nn/resnet.ts';
import type { BnBranch } from '../nn/types.ts';
import { RandomStream } from '../random/random.ts';
import type { ExperimentConfig, MethodId, Switches } from '../settings/config.ts';
import { EVALUATION_BATCH } from '../settings/evaluation-batch.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { TINY_DATA, tinyTrainer, trainOn } from '../training/testing/tiny-trainer.ts';
import { SET_SHARES } from '../experiments/cost.ts';
import { accuracy, inferenceSets } from './evaluation.ts';
import { tinyRace } from './testing/tiny-race.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

const pace = async () => {};

/** A trained network; `use` runs on it, and then it is disposed. */
async function trained(
  changes: Partial<Switches>,
  use: (trainer: ReturnType<typeof tinyTrainer>) => Promise<void>,
  method: MethodId = 'arat',
): Promise<void> {
  const trainer = tinyTrainer(method, changes);
  await trainOn(trainer, 8);
  await use(trainer);
  trainer.dispose();
}

/**
 * Accuracy through the set `to` on the first n images, each attacked through the set `from`: sign steps in plain
 * operations, from the start that evaluations have.
 */
function transferred(
  network: ResNet,
  { seed, attack, evaluation }: ExperimentConfig,
  set: ImageSet,
  n: number,
  from: BnBranch,
  to: BnBranch,
): number {
  return tf.tidy(() => {
    const logits = (x: tf.Tensor, branch: BnBranch) =>
      network.forward(x as tf.Tensor4D, { branch, mode: 'eval' }).logits;
    const x0 = tf.div(tf.tensor4d(Array.from(set.images.slice(0, n * IMAGE_BYTES)), [n, 32, 32, 3]), 255);
    const labels = Array.from(set.labels.slice(0, n));
    const oneHot = tf.oneHot(tf.tensor1d(labels, 'int32'), network.classes);
    const loss = (x: tf.Tensor) => tf.neg(tf.sum(tf.mul(oneHot, tf.log(tf.softmax(logits(x, from))))));
    const all = RandomStream.of(seed, 'evaluation start 0').uniformArray(
      EVALUATION_BATCH * IMAGE_BYTES,
      -1,
      1,
    );
    const start = tf.tensor4d(all.slice(0, n * IMAGE_BYTES), [n, 32, 32, 3]);
    const projected = (x: tf.Tensor) =>
      tf.clipByValue(tf.add(x0, tf.clipByValue(tf.sub(x, x0), -attack.eps, attack.eps)), 0, 1);
    let x = projected(tf.add(x0, tf.mul(start, attack.eps)));
    for (let step = 0; step < evaluation.steps; step++)
      x = projected(tf.add(x, tf.mul(tf.sign(tf.grad(loss)(x)), evaluation.stepSize)));
    const predicted = tf.argMax(logits(x, to), 1).dataSync();
    return labels.filter((label, i) => label === predicted[i]).length / n;
  });
}

const images = () => tf.randomUniform([6, 32, 32, 3], 0, 1, 'float32', 4) as tf.Tensor4D;

describe('inference between the two sets', () => {
  test('given a trained network, when the sets are interpolated, then both ends give the logits of the two sets to the last bit, and the middle gives others', () =>
    trained({}, async ({ network }) => {
      const x = images();
      const of = (net: typeof network, branch: 'clean' | 'adv') =>
        tf.tidy(() => Array.from(net.forward(x, { branch, mode: 'eval' }).logits.dataSync()));
      const at = (share: number) => {
        const between = betweenSets(network, share);
        const logits = of(between, 'adv');
        between.dispose();
        return logits;
      };
      const before = tf.memory().numTensors;
      expect(at(0)).toEqual(of(network, 'clean'));
      expect(at(1)).toEqual(of(network, 'adv'));
      expect(of(network, 'clean')).not.toEqual(of(network, 'adv'));
      expect(at(0.5)).not.toEqual(at(0));
      expect(at(0.5)).not.toEqual(at(1));
      expect(tf.memory().numTensors).toBe(before);
      x.dispose();
    }));

  test('given a trained network, when measured, then the ends of the path are the evaluations through the two sets', () =>
    trained({}, async (trainer) => {
      const config = tinyConfig([trainer.contestant]);
      const { test: set } = subset(TINY_DATA, config);
      const before = tf.memory().numTensors;
      const measured = (await inferenceSets(trainer, config, set, 8, pace))!;
      expect(tf.memory().numTensors).toBe(before);
      expect(measured.path.map(({ share }) => share)).toEqual(SET_SHARES);
      const { clean, robust } = await accuracy(trainer, config, set, 8, pace);
      expect(measured.path.at(-1)).toEqual({ share: 1, clean, robust });
      const throughClean = betweenSets(trainer.network, 0);
      const logits = (x: tf.Tensor4D) => throughClean.forward(x, { branch: 'adv', mode: 'eval' }).logits;
      const ofClean = await accuracy({ contestant: trainer.contestant, logits }, config, set, 8, pace);
      expect(measured.path[0]).toEqual({ share: 0, clean: ofClean.clean, robust: ofClean.robust });
      throughClean.dispose();
    }));

  test('given a trained network, when measured, then transfers are the accuracies through one set on images attacked through the other', () =>
    trained({}, async (trainer) => {
      const n = 20;
      const tiny = tinyConfig([trainer.contestant]);
      const config = {
        ...tiny,
        dataset: { ...tiny.dataset, testSize: n },
        attack: { ...tiny.attack, eps: 0.02 },
        evaluation: { ...tiny.evaluation, steps: 3, stepSize: 0.01 },
      };
      const { test: set } = subset(TINY_DATA, config);
      const measured = (await inferenceSets(trainer, config, set, n, pace))!;
      const expected = {
        cleanToAdv: transferred(trainer.network, config, set, n, 'clean', 'adv'),
        advToClean: transferred(trainer.network, config, set, n, 'adv', 'clean'),
      };
      expect(measured).toMatchObject(expected);
      expect(expected.cleanToAdv).not.toBe(expected.advToClean);
    }));

  test('given a race that measures both sets, then contestants with two sets have the path, the others have none, and no other number changes', async () => {
    const base = tinyConfig([contestant('at'), contestant('arat'), contestant('arat', { splitBn: false })]);
    const run = async (sets: boolean) => {
      const { race } = tinyRace({ ...base, evaluation: { ...base.evaluation, sets } });
      const { runs } = await race.run();
      race.dispose();
      return runs.map(({ final, curves }) => ({ final: final!, curves }));
    };
    const [with_, without] = [await run(true), await run(false)];
    expect(with_.map(({ final }) => final.sets !== undefined)).toEqual([false, true, false]);
    expect(without.every(({ final }) => final.sets === undefined)).toBe(true);
    const rest = with_.map(({ curves, final: { sets: _, ...final } }) => ({ final, curves }));
    expect(rest).toEqual(without);
  });
});

describe('networks that split only a part of BatchNorm', () => {
  test.each([
    ['affine', ['weight', 'bias'], ['running_mean', 'running_var']],
    ['statistics', ['running_mean', 'running_var'], ['weight', 'bias']],
  ] as const)(
    'given %s only, when trained, then these differ between the sets, and the others are one variable for both',
    async (splitParts, split, shared) =>
      trained({ splitParts }, async ({ network }) => {
        for (const layer of network.bnLayers) {
          for (const value of split)
            expect(network.bnName(layer, 'clean', value)).not.toBe(network.bnName(layer, 'adv', value));
          for (const value of shared)
            expect(network.bnName(layer, 'clean', value)).toBe(network.bnName(layer, 'adv', value));
        }
        const [x, xAdv] = [images(), images()];
        const layers = await bnDivergence(network, x, xAdv);
        tf.dispose([x, xAdv]);
        const sum = (of: 'runningDistance' | 'affineDistance') =>
          layers.reduce((s, l) => s + (l[of] ?? 0), 0);
        expect(sum('runningDistance') > 0).toBe(splitParts === 'statistics');
        expect(sum('affineDistance') > 0).toBe(splitParts === 'affine');
      }),
  );

  test('given both parts, then the variables are those of the official code, as without the switch', () =>
    trained({}, async ({ network }) => {
      const names = [...network.trainable.keys(), ...network.buffers.keys()].filter((n) =>
        n.startsWith('bn1.'),
      );
      expect(names).toEqual([
        ...['bn1.clean.weight', 'bn1.clean.bias', 'bn1.adv.weight', 'bn1.adv.bias'],
        ...['bn1.clean.running_mean', 'bn1.clean.running_var', 'bn1.adv.running_mean', 'bn1.adv.running_var'],
      ]);
    }));

  test('given ARAT+SWA, whose average measures each set apart, then it does not read the switch', () =>
    trained(
      { splitParts: 'affine' },
      async ({ network }) =>
        expect(network.bnName('bn1', 'clean', 'running_mean')).toBe('bn1.clean.running_mean'),
      'arat-swa',
    ));
});
