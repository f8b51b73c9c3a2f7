/** Each epoch's estimate repeated on training images. */
import { beforeAll, expect, test } from 'vitest';
import { countCorrect } from '../analysis/accuracy.ts';
import { initialiseBackend } from '../backend/backend.ts';
import { subset } from '../data/subset.ts';
import { contestant } from '../experiments/contestant.ts';
import { digestOf } from '../result/node-digest.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { TINY_DATA } from '../training/testing/tiny-trainer.ts';
import { Lane } from './lane.ts';
import { tinyRace } from './testing/tiny-race.ts';
import type { EpochPoint } from '../result/results.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

const base = tinyConfig([contestant('at'), contestant('arat-swa')]);
const evaluated = { ...base, evaluation: { ...base.evaluation, n: 12, trainingSet: true } };

test('given the training images are evaluated, when the race has run, then every point has both accuracies, and the others are as without', async () => {
  const runs = await Promise.all(
    [evaluated, { ...evaluated, evaluation: { ...evaluated.evaluation, trainingSet: false } }].map(
      async (config) => {
        const { race } = tinyRace(config);
        const result = await race.run();
        race.dispose();
        return result.runs;
      },
    ),
  );
  const [withTraining, without] = runs;
  expect(withTraining.map(digestOf)).toEqual(without.map(digestOf));
  for (const { curves } of withTraining)
    for (const p of curves) {
      // 12 training images are counted.
      for (const share of [p.trainClean!, p.trainRobust!])
        expect(Math.abs(12 * share - Math.round(12 * share))).toBeLessThan(1e-9);
    }
  expect(without.every(({ curves }) => curves.every((p) => p.trainRobust === undefined))).toBe(true);
});

test('given the last epoch, then its accuracy on training images is that of the evaluated network on the first of them, without crop or flip', async () => {
  const points: EpochPoint[] = [];
  const [first] = evaluated.contestants;
  const config = { ...evaluated, contestants: [first] };
  const data = subset(TINY_DATA, config);
  const lane = new Lane({ contestant: first, config }, data, {
    tell: (message) => message.type === 'epoch' && points.push(message.point),
    pace: async () => {},
  });
  await lane.run();
  const indices = Array.from({ length: 12 }, (_, i) => i);
  const right = await countCorrect(lane.trainer.logits, data.train, indices, { batchSize: 12 });
  lane.dispose();
  expect(points.at(-1)!.trainClean).toBe(right / 12);
  expect(points.map((p) => p.featureDistance)).toEqual(points.map(() => expect.any(Number)));
});
