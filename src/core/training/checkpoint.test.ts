import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { CATALOGUE, METHOD_IDS } from '../methods/catalogue.ts';
import { partOf } from '../nn/parameters.ts';
import { exportWeights } from '../nn/weights.ts';
import { type Checkpoint, restoreCheckpoint, saveCheckpoint } from './checkpoint.ts';
import { tinyTrainer, trainOn } from './testing/tiny-trainer.ts';

/** Every part that a method declares beside its network. */
const BESIDE = METHOD_IDS.flatMap((id) =>
  CATALOGUE[id].beside.map((part) => ({ id, name: part.name, part })),
);

describe.each(['cpu', 'wasm'] as const)('checkpoints on %s', (backend) => {
  beforeAll(async () => {
    expect((await initialiseBackend(backend)).backend).toBe(backend);
  });

  it.each(METHOD_IDS)(
    'given %s saved within its second epoch, when restored in a new trainer, then it trains on to the same bits',
    async (method) => {
      const whole = tinyTrainer(method);
      await trainOn(whole, 5);
      whole.balance = 0.25;
      await trainOn(whole, 3);

      const first = tinyTrainer(method);
      await trainOn(first, 5);
      first.balance = 0.25;
      const saved = structuredClone(await saveCheckpoint(first));
      first.dispose();

      const resumed = tinyTrainer(method);
      restoreCheckpoint(resumed, saved);
      expect(resumed.balance).toBe(0.25);
      await trainOn(resumed, 3);
      expect(await saveCheckpoint(resumed)).toEqual(await saveCheckpoint(whole));
      expect(await exportWeights(resumed.evaluated)).toEqual(await exportWeights(whole.evaluated));
      for (const t of [whole, resumed]) t.dispose();
    },
  );

  it.each(BESIDE)(
    'given $id, then its part "$name" is in the checkpoint, and without it the checkpoint is refused',
    async ({ id, part }) => {
      const t = tinyTrainer(id);
      const untrained = await saveCheckpoint(t);
      await trainOn(t, 6);
      const saved = await saveCheckpoint(t);
      const where = part.trained ? 'parameters' : 'buffers';
      const names = Object.keys(saved[where]).filter((name) => partOf(t.network, name) === part);
      expect(names.length).toBeGreaterThan(0);
      // Of a second network compare the first layer's weights; of other parts their first variable.
      const [name] = [`${part.name}.conv1.weight`, ...names].filter((n) => names.includes(n));
      expect(saved[where][name]).not.toEqual(untrained[where][name]);
      // It is not the network that trains.
      expect(saved[where][name]).not.toEqual(saved.parameters['conv1.weight']);
      const without = Object.fromEntries(Object.entries(saved[where]).filter(([n]) => n !== name));
      expect(() => restoreCheckpoint(t, { ...saved, [where]: without })).toThrow(name);
      t.dispose();
    },
  );

  it('given any method, when its step is repeated, then no tensor is leaked', async () => {
    for (const method of METHOD_IDS) {
      const t = tinyTrainer(method);
      await trainOn(t, 2);
      const before = tf.memory().numTensors;
      await trainOn(t, 2);
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
  it.each(refused)(
    'given %s, when restored, then it is refused and the trainer is unchanged',
    async (_, damage, message) => {
      const t = tinyTrainer('at');
      await trainOn(t, 1);
      const before = await saveCheckpoint(t);
      expect(() => restoreCheckpoint(t, damage(before) as Checkpoint)).toThrow(message);
      expect(await saveCheckpoint(t)).toEqual(before);
      t.dispose();
    },
  );
});
