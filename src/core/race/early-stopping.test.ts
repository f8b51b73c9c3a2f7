/** Early stopping: the weights of the epoch with the highest robust accuracy on held-out training images. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { subset } from '../data/subset.ts';
import { contestant } from '../experiments/contestant.ts';
import { partOf } from '../nn/parameters.ts';
import { METHOD_IDS, type MethodId } from '../settings/config.ts';
import type { EpochPoint, FinalResult } from '../result/results.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { TINY_DATA } from '../training/testing/tiny-trainer.ts';
import { saveCheckpoint } from '../training/checkpoint.ts';
import { readWeights, type Weights } from '../training/kept-weights.ts';
import { accuracy } from './evaluation.ts';
import { Lane } from './lane.ts';
import type { LaneCheckpoint } from './race-checkpoint.ts';
import { emptyRun, applyToRun } from './race-log.ts';
import { clockless, keeper, tinyRace } from './testing/tiny-race.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

function configOf(method: MethodId, epochs = 4) {
  const base = tinyConfig([contestant(method)]);
  return {
    ...base,
    dataset: { ...base.dataset, trainSize: 20 },
    evaluation: { ...base.evaluation, heldOut: 8 },
    // Large enough that the accuracies of a few epochs differ.
    optimiser: { ...base.optimiser, epochs, learningRate: 0.5 },
  };
}

/** A lane with what it told, and the weights that it had after each epoch. */
function laneOf(config: ReturnType<typeof configOf>, from?: LaneCheckpoint) {
  const points: EpochPoint[] = [];
  const finals: FinalResult[] = [];
  const weights: Weights[] = [];
  const [first] = config.contestants;
  let run = from?.run ?? emptyRun(first);
  const lane: Lane = new Lane(
    { contestant: first, config },
    subset(TINY_DATA, config),
    {
      tell: (message) => {
        if (message.type === 'epoch') points.push(message.point);
        if (message.type === 'final') finals.push(message.final);
        if (message.type !== 'progress') run = applyToRun(run, message);
      },
      pace: async () => {},
    },
    from,
  );
  const advance = async () => {
    const before = points.length;
    await lane.advance();
    if (points.length > before) weights.push(await readWeights(lane.trainer.network));
  };
  return { lane, points, finals, weights, advance, runSoFar: () => run };
}

const highest = (points: readonly EpochPoint[]) =>
  points.slice(1).reduce((best, p) => (p.heldOutRobust! > best.heldOutRobust! ? p : best));

test('given held-out images, when the subset is made, then they are the last training images, and are not trained on', () => {
  const config = configOf('at');
  const whole = subset(TINY_DATA, { ...config, evaluation: { ...config.evaluation, heldOut: 0 } });
  const { train, test: testSet, heldOut } = subset(TINY_DATA, config);
  expect([train.labels.length, heldOut!.labels.length]).toEqual([12, 8]);
  expect([...train.images, ...heldOut!.images]).toEqual([...whole.train.images]);
  expect([...train.labels, ...heldOut!.labels]).toEqual([...whole.train.labels]);
  expect(testSet).toEqual(whole.test);
  expect(whole.heldOut).toBeUndefined();
  expect(() => subset(TINY_DATA, { ...config, evaluation: { ...config.evaluation, heldOut: 20 } })).toThrow(
    '20 of 20 training images are held out',
  );
});

describe.each(METHOD_IDS.map((id) => [id] as const))('%s', (method) => {
  test('given early stopping, when trained to the end, then the final figures and the weights are those of the epoch that was best on the held-out images', async () => {
    const before = tf.memory().numTensors;
    const config = configOf(method);
    const { lane, points, finals, weights, advance } = laneOf(config);
    while (lane.next !== null) await advance();
    const best = highest(points);
    expect(finals[0].epoch).toBe(best.epoch);
    // ARREST freezes its standard network at the start of an epoch, so that of the kept weights may be frozen since.
    const own = (values: Weights['buffers']) =>
      Object.entries(values).filter(([name]) => partOf(lane.trainer.network, name)?.exported !== false);
    const now = await readWeights(lane.trainer.network);
    for (const of of ['parameters', 'buffers'] as const)
      expect(own(now[of])).toEqual(own(weights[best.epoch][of]));
    const { test: images, heldOut } = subset(TINY_DATA, config);
    const again = await accuracy(lane.trainer, config, images, images.labels.length, async () => {});
    expect([finals[0].clean, finals[0].robust]).toEqual([again.clean, again.robust]);
    const onHeldOut = await accuracy(lane.trainer, config, heldOut!, 8, async () => {});
    expect(onHeldOut.robust).toBe(best.heldOutRobust);
    lane.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('given a lane that was interrupted after its best epoch, when resumed from its state, then it keeps that epoch, to the same numbers', async () => {
  // The first seed whose best epoch is not the last.
  for (const seed of [3, 4, 5, 6, 7, 8, 9]) {
    const config = { ...configOf('arat-swa', 6), seed };
    const whole = laneOf(config);
    while (whole.lane.next !== null) await whole.advance();
    const best = highest(whole.points).epoch;
    whole.lane.dispose();
    if (best === 6) continue;
    const first = laneOf(config);
    while (first.points.length <= best) await first.advance();
    await first.advance();
    const trainer = structuredClone(await saveCheckpoint(first.lane.trainer));
    expect(trainer.kept?.epoch).toBe(best);
    const second = laneOf(config, { run: first.runSoFar(), trainer, data: null });
    first.lane.dispose();
    while (second.lane.next !== null) await second.advance();
    second.lane.dispose();
    expect(second.finals).toEqual(whole.finals);
    expect(second.finals[0].epoch).toBe(best);
    return;
  }
  throw new Error('No seed has its best epoch before the last one.');
});

test('given a race without early stopping, then no state holds kept weights; given one with it, then its models after the end are the kept ones', async () => {
  const plain = keeper();
  const config = configOf('arat');
  const without = { ...config, evaluation: { ...config.evaluation, heldOut: 0 } };
  const first = tinyRace(without, () => {}, { checkpoints: plain.checkpoints });
  await first.race.run();
  first.race.dispose();
  expect(plain.kept.some(({ lanes }) => lanes.some((l) => l.trainer && 'kept' in l.trainer))).toBe(false);
  const { race } = tinyRace(config);
  const { runs } = await race.run();
  const [model] = await race.models();
  const { test: images } = subset(TINY_DATA, config);
  const again = await accuracy(model, config, images, images.labels.length, async () => {});
  race.dispose();
  expect(clockless(runs)[0].final!.robust).toBe(again.robust);
});
