/** Built-in methods written as formulas give the same numbers as the built-in methods. */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { initialiseBackend } from '../../backend/backend.ts';
import { EXAMPLES, EXAMPLE_IDS, type ExampleId } from '../../formula/examples.ts';
import type { MethodId, Switches } from '../../settings/config.ts';
import { saveCheckpoint } from '../../training/checkpoint.ts';
import { conflictingGradients, lossGradients } from '../../training/gradients.ts';
import { tinyTrainer, trainOn } from '../../training/testing/tiny-trainer.ts';
import type { Trainer } from '../../training/trainer.ts';
import { METHODS } from '../index.ts';
import type { StepContext } from '../types.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

/**
 * The state and measurements after six steps: one and a half epochs, with the conflict measured in every second step.
 */
async function trained(method: MethodId, changes: Partial<Switches>) {
  const t = tinyTrainer(method, changes);
  t.balance = 0.8;
  await trainOn(t, 6);
  const { parameters, buffers } = await saveCheckpoint(t);
  const { loss } = t.takeMeans();
  const conflicts = t.takeConflicts();
  t.dispose();
  return { parameters, buffers, loss, conflicts };
}

const BUILT_IN = [
  ['at', 'at', {}],
  ['trades', 'trades', {}],
  ['mart', 'mart', {}],
  ['arat', 'arat', {}],
  ['naive', 'arat', { splitBn: false, stopGradient: false, predictor: false }],
] as const satisfies readonly (readonly [ExampleId, MethodId, Partial<Switches>])[];

describe.each(BUILT_IN)('given %s as formulas and the built-in %s', (example, method, changes) => {
  it('when both are trained, then weights, statistics, losses and conflicts are the same', async () => {
    const own = await trained('custom', EXAMPLES[example].switches);
    const builtIn = await trained(method, changes);
    expect(own).toEqual(builtIn);
    expect(own.conflicts.length).toBe(method === 'at' ? 0 : 3);
  });

  it('when both process one batch, then the attack, the loss and the gradients of each term are the same', () => {
    const [own, builtIn] = [
      tinyTrainer('custom', EXAMPLES[example].switches),
      tinyTrainer(method, changes),
    ].map((t) => {
      tf.engine().startScope();
      const values = onOneBatch(t);
      tf.engine().endScope();
      t.dispose();
      return values;
    });
    expect(own).toEqual(builtIn);
    expect(own.gradients.length).toBeGreaterThan(20);
  });
});

/** The context of a step with a = 0.7 and t = 0. */
function contextOf(t: Trainer): StepContext {
  const { switches } = t.contestant;
  const attack = { eps: 8 / 255, stepSize: 2 / 255, steps: 2 };
  const extras = (t as unknown as { extras: unknown }).extras;
  return { network: t.network, extras, switches, attack, balance: 0.7, progress: 0 };
}

function batchOf(seed: number) {
  const shape: [number, number, number, number] = [6, 32, 32, 3];
  return {
    x: tf.randomUniform(shape, 0, 1, 'float32', seed) as tf.Tensor4D,
    y: tf.tensor1d([0, 1, 1, 0, 1, 0], 'int32'),
    noise: tf.randomUniform(shape, -1, 1, 'float32', seed + 1) as tf.Tensor4D,
  };
}

function onOneBatch(t: Trainer) {
  const context = contextOf(t);
  const method = METHODS[t.contestant.method];
  const { x, y, noise } = batchOf(5);
  const attacked = method.attack(context, x, y, noise);
  const whole = lossGradients(method, context, attacked, y);
  const { first, second } = conflictingGradients(method, context, attacked, y);
  const numbers = (gradients: ReadonlyMap<string, tf.Tensor>) =>
    [...gradients].map(([name, g]) => [name, Array.from(g.dataSync())] as const);
  return {
    xAdv: Array.from(attacked.xAdv.dataSync()),
    loss: whole.metrics.dataSync()[0],
    gradients: numbers(whole.gradients),
    first: numbers(first.gradients),
    second: second && numbers(second.gradients),
  };
}

test.each(EXAMPLE_IDS)(
  'given the example %s, when trained, then its loss is finite and the sum of its terms',
  async (id) => {
    const t = tinyTrainer('custom', EXAMPLES[id].switches);
    await trainOn(t, 5);
    const { loss, terms } = t.takeMeans();
    t.dispose();
    expect(Number.isFinite(loss)).toBe(true);
    expect(Object.keys(terms!)).toEqual(
      EXAMPLES[id].switches.secondTerm === '' ? ['first'] : ['first', 'second'],
    );
    expect(Object.values(terms!).reduce((a, b) => a + b, 0)).toBeCloseTo(loss!, 5);
  },
);

test('given terms without x′, when attacked, then the images are unchanged', () => {
  const t = tinyTrainer('custom', { firstTerm: 'mean(ce(f(x), y))', secondTerm: '', splitBn: false });
  tf.tidy(() => {
    const { x, y, noise } = batchOf(1);
    const { xAdv } = METHODS.custom.attack(contextOf(t), x, y, noise);
    expect(xAdv.dataSync()).toEqual(x.dataSync());
  });
  t.dispose();
});

test('given a term with t in a race of two epochs, when trained, then t is 0 in the first epoch and 0.5 in the second', async () => {
  const slope = { firstTerm: 'mean(ce(f(x), y))', secondTerm: '1000 * t * (mean(ce(f(x), y)) * 0 + 1)' };
  const t = tinyTrainer('custom', slope);
  await trainOn(t, 4);
  expect(t.takeMeans().terms!.second).toBe(0);
  await trainOn(t, 1);
  expect(t.takeMeans().terms!.second).toBe(500);
  t.dispose();
});

test('given formulas with or without a, when the balance is updated, then it is measured only with a', async () => {
  for (const [changes, measured] of [
    [{}, true],
    [{ firstTerm: "mean(ce(f(x'), y))" }, false],
    [{ firstTerm: "mean(ce(f(x'), y))", attackObjective: "a * ce(f(x'), y)" }, true],
  ] as const) {
    const t = tinyTrainer('custom', changes);
    t.balance = -1;
    await t.updateBalance();
    expect(t.balance !== -1).toBe(measured);
    t.dispose();
  }
});
