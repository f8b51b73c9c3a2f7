import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { subset } from '../data/subset.ts';
import { syntheticDataset } from '../data/synthetic.ts';
import { contestant } from '../methods/contestant.ts';
import { type Checkpoint, restoreCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { tinyConfig } from './testing/tiny-config.ts';
import { Trainer } from './trainer.ts';

const METHODS = ['at', 'trades', 'arat'] as const;

function trainer(method: (typeof METHODS)[number]): Trainer {
  const config = tinyConfig([contestant(method)]);
  return new Trainer(config.contestants[0], config, subset(syntheticDataset(1, 100, 100), config));
}

async function train(t: Trainer, steps: number): Promise<void> {
  for (let i = 0; i < steps; i++) t.trainStep();
  await t.readMetrics(true);
}

describe.each(['cpu', 'wasm'] as const)('checkpoints on %s', (backend) => {
  beforeAll(async () => {
    expect((await initialiseBackend(backend)).backend).toBe(backend);
  });

  it.each(METHODS)(
    'given %s saved within its second epoch, when restored elsewhere, then the rest is the same to the last bit',
    async (method) => {
      const whole = trainer(method);
      await train(whole, 7);
      const first = trainer(method);
      await train(first, 5);
      first.balance = 0.25;
      const saved = structuredClone(await saveCheckpoint(first));
      await train(first, 2);
      const resumed = trainer(method);
      restoreCheckpoint(resumed, saved);
      expect(resumed.balance).toBe(0.25);
      await train(resumed, 2);
      // The balance enters ARAT's loss: what trained through is compared with the same balance, the rest also without.
      expect(await saveCheckpoint(resumed)).toEqual(await saveCheckpoint(first));
      if (method !== 'arat')
        expect((await saveCheckpoint(resumed)).parameters).toEqual((await saveCheckpoint(whole)).parameters);
      for (const t of [whole, first, resumed]) t.dispose();
    },
  );

  it('given a step of every method, when it is repeated, then the number of tensors stays', async () => {
    for (const method of METHODS) {
      const t = trainer(method);
      await train(t, 2);
      const before = tf.memory().numTensors;
      await train(t, 2);
      expect(tf.memory().numTensors).toBe(before);
      t.dispose();
    }
  });
});

describe('restoreCheckpoint', () => {
  const refused: readonly [string, (c: Checkpoint) => unknown, RegExp][] = [
    ['another version', (c) => ({ ...c, version: 2 }), /version 1, found 2/],
    ['another contestant', (c) => ({ ...c, label: 'TRADES' }), /"AT", found "TRADES"/],
    ['a cursor of another step', (c) => ({ ...c, step: c.step + 1 }), /data cursor of step 2/],
    ['a balance beyond 1', (c) => ({ ...c, balance: NaN }), /balance from 0 to 1/],
    ['a missing parameter', (c) => ({ ...c, parameters: {} }), /parameter conv1.weight/],
    [
      'a short momentum',
      (c) => ({ ...c, velocities: { ...c.velocities, 'conv1.weight': new Float32Array(1) } }),
      /momentum conv1.weight, found 1/,
    ],
    [
      'a broken random stream',
      (c) => ({ ...c, cursor: { ...c.cursor, streams: { ...c.cursor.streams, augment: [1] } } }),
      /random stream 'augment'/,
    ],
  ];
  it.each(refused)('given %s, then it is refused and nothing has changed', async (_, damage, message) => {
    const t = trainer('at');
    await train(t, 1);
    const before = await saveCheckpoint(t);
    expect(() => restoreCheckpoint(t, damage(before) as Checkpoint)).toThrow(message);
    expect(await saveCheckpoint(t)).toEqual(before);
    t.dispose();
  });
});
