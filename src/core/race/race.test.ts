import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import type { ExperimentConfig } from '../settings/config.ts';
import { contestant } from '../experiments/contestant.ts';
import { verdictsOf } from '../result/verdicts.ts';
import { parseRaceResult } from '../result/results-schema.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { clockless, tinyRace } from './testing/tiny-race.ts';

const config = (changes: Partial<ExperimentConfig> = {}): ExperimentConfig => ({
  ...tinyConfig([contestant('at'), contestant('trades'), contestant('arat')]),
  ...changes,
});

async function numbers(c: ExperimentConfig) {
  const { race } = tinyRace(c);
  const { runs } = await race.run();
  race.dispose();
  return clockless(runs);
}

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

describe('Race', () => {
  it('given a tiny race, when run to its end, then the result is whole and nothing stays allocated', async () => {
    const before = tf.memory().numTensors;
    const { race, events } = tinyRace(config());
    const result = await race.run();
    race.dispose();
    expect(tf.memory().numTensors).toBe(before);
    expect(result.status).toBe('complete');
    expect(parseRaceResult(JSON.parse(JSON.stringify(result)))).toEqual(JSON.parse(JSON.stringify(result)));
    for (const run of result.runs) {
      // One bit per test image, of which the accuracy follows, on the same images for all.
      for (const of of ['clean', 'robust'] as const) {
        const verdicts = verdictsOf(run.final!, of)!;
        expect(verdicts.right).toHaveLength(run.final!.n);
        expect(verdicts.images).toBe(result.runs[0].final!.verdicts!.images);
      }
      expect(run.curves.map((p) => [p.epoch, p.step])).toEqual([
        [0, 0],
        [1, 4],
        [2, 8],
      ]);
      expect(run.final?.n).toBe(8);
      expect(run.bn).toHaveLength(3);
      const measured = run.method === 'at' ? [] : [0, 2, 4, 6];
      expect(run.gradientConflict.map((p) => p.step)).toEqual(measured);
    }
    expect(events.at(-1)).toMatchObject({ type: 'state', state: 'complete', runId: 'r' });
    // Epoch by epoch: no contestant is an epoch ahead.
    const order = events.flatMap((e) => (e.type === 'epoch' ? [e.point.epoch] : []));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('given the same seed, then the numbers are the same to the last digit; given another seed, then they differ', async () => {
    const first = await numbers(config());
    expect(await numbers(config())).toEqual(first);
    expect(await numbers(config({ seed: 4 }))).not.toEqual(first);
  });

  it('given one contestant alone, then its numbers are those that it has beside others', async () => {
    const together = await numbers(config());
    const alone = await numbers(config({ contestants: [contestant('arat')] }));
    expect(alone[0]).toEqual(together[2]);
  });

  it('given a race paused and stepped, then each contestant moves by one step; given stop, then the result says stopped', async () => {
    let announced: () => void = () => {};
    const paused = () => new Promise<void>((resolve) => (announced = resolve));
    const { race } = tinyRace(config(), (e, r) => {
      if (e.type === 'epoch' && e.point.epoch === 0) r.control.pause();
      if (e.type === 'state' && e.state === 'paused') announced();
    });
    const standing = paused();
    const done = race.run();
    await standing;
    const steps = async () => (await race.models()).map((t) => t.step);
    expect(await steps()).toEqual([0, 0, 0]);
    for (const expected of [1, 2]) {
      const again = paused();
      race.control.allowStep();
      await again;
      expect(await steps()).toEqual([expected, expected, expected]);
    }
    race.control.stop();
    const result = await done;
    race.dispose();
    expect(result.status).toBe('stopped');
    expect(result.runs.every((r) => r.final === null)).toBe(true);
  });

  it('given a learning rate that breaks the network, then the race fails with a sentence and is not complete', async () => {
    const c = config({ contestants: [contestant('at')] });
    const optimiser = { ...c.optimiser, learningRate: 10, weightDecay: 10, schedule: 'constant' as const };
    const { race, events } = tinyRace({ ...c, optimiser: { ...optimiser, epochs: 40 } });
    const result = await race.run();
    race.dispose();
    expect(result.status).toBe('failed');
    expect(events.find((e) => e.type === 'error')).toMatchObject({
      message: expect.stringMatching(/diverged/),
    });
  });
});
