import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { IMAGE_BYTES, type ImageSet } from '../data/dataset.ts';
import { RandomStream } from '../random/random.ts';
import { ReportStopped, robustnessReport, type JudgedModel } from './run.ts';
import { columnsOf, plannedPasses, type RobustnessOptions } from './plan.ts';

const N = 6;
const CLASSES = 4;
const OPTIONS: RobustnessOptions = { n: N, seed: 0, norm: 'linf', eps: 8 / 255, depth: 'look' };

/** logits = scale * (x - 0.5) W with weights of variance 1: a linear model that every gradient attack fools. */
function linear(label: string, scale: number, seed = 1): JudgedModel {
  const w = RandomStream.of(seed, 'judged model').normalArray(IMAGE_BYTES * CLASSES);
  return {
    label,
    classes: CLASSES,
    buffers: new Map(),
    logits: (x) => {
      const rows = tf.sub(tf.reshape(x, [x.shape[0], IMAGE_BYTES]), 0.5) as tf.Tensor2D;
      return tf.mul(tf.matMul(rows, tf.tensor2d(w, [IMAGE_BYTES, CLASSES])), scale);
    },
  };
}

/** Images labelled by the model's own answers, so that its clean accuracy is 1. */
async function labelled(model: JudgedModel): Promise<ImageSet> {
  const images = Uint8Array.from(
    RandomStream.of(5, 'judged images').uniformArray(N * IMAGE_BYTES, 64, 192),
    Math.round,
  );
  const x = tf.tensor4d(
    Float32Array.from(images, (v) => v / 255),
    [N, 32, 32, 3],
  );
  const answers = tf.tidy(() => tf.argMax(model.logits(x), 1));
  const labels = Uint8Array.from(await answers.data());
  tf.dispose([x, answers]);
  return { images, labels };
}

const go = async () => {};
const flagged = (r: Awaited<ReturnType<typeof robustnessReport>>) =>
  r.checks.filter((c) => c.message !== null).map((c) => c.id);
const row = (r: Awaited<ReturnType<typeof robustnessReport>>, attack: string) =>
  r.rows.find((x) => x.attack === attack && x.partOf === null)!;

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

describe('robustnessReport', () => {
  it('given a vulnerable model, then every gradient attack reaches 0 %, no check fires, and nothing stays allocated', async () => {
    const model = linear('planted', 0.01);
    const set = await labelled(model);
    const before = tf.memory().numTensors;
    const report = await robustnessReport([model], set, OPTIONS, go);
    expect(tf.memory().numTensors).toBe(before);
    expect(report.complete).toBe(true);
    expect(row(report, 'clean')).toMatchObject({ correct: N, tried: N, n: N });
    for (const attack of ['fgsm', 'pgd-20', 'pgd-20-margin', 'worst'])
      expect(row(report, attack)).toMatchObject({ correct: 0, tried: N });
    expect(row(report, 'pgd-20')).toMatchObject({ stepSize: 2 / 255, iterations: 20, restarts: 1 });
    expect(flagged(report)).toEqual([]);
    expect(report.sweep.map((p) => Math.round(p.eps * 255))).toEqual([0, 2, 4, 8, 16, 32, 64]);
  });

  it('given saturated logits, then checks flag the masked gradients, and the ensemble still fools every image', async () => {
    const model = linear('masking', 1e4);
    const report = await robustnessReport([model], await labelled(model), { ...OPTIONS, depth: 'quick' }, go);
    expect(row(report, 'pgd-20').correct).toBeGreaterThan(0);
    expect(row(report, 'quick-ensemble').correct).toBe(0);
    expect(row(report, 'worst').correct).toBe(0);
    expect(flagged(report)).toContain('zero-gradients');
    expect(flagged(report)).toContain('total');
    const parts = report.rows.filter((r) => r.partOf === 'quick-ensemble');
    expect(parts.map((r) => r.attack)).toEqual(['apgd-ce', 'apgd-t', 'fab-t', 'square']);
  });

  it('given a random model whose statistics change, then the checks flag both', async () => {
    const fixed = linear('moving', 0.01);
    const statistic = tf.variable(tf.zeros([2]));
    const model: JudgedModel = {
      ...fixed,
      buffers: new Map([['bn1.running_mean', statistic]]),
      logits: (x) => {
        statistic.assign(tf.add(statistic, 1));
        return tf.add(fixed.logits(x), tf.randomNormal([x.shape[0], CLASSES], 0, 1e-3)) as tf.Tensor2D;
      },
    };
    const report = await robustnessReport([model], await labelled(fixed), OPTIONS, go);
    statistic.dispose();
    expect(flagged(report)).toEqual(expect.arrayContaining(['statistics', 'randomness']));
  });

  it('given two models, then each is tested on the images made for the other', async () => {
    const models = [linear('a', 0.01), linear('b', 0.01, 9)];
    const report = await robustnessReport(models, await labelled(models[0]), OPTIONS, go);
    expect(report.transfer.map((t) => [t.from, t.label])).toEqual([
      ['b', 'a'],
      ['a', 'b'],
    ]);
  });

  it('given a model that is wrong on some clean images, then these are attacked for transfer too', async () => {
    const right = linear('right', 0.01);
    const biased: JudgedModel = {
      ...right,
      label: 'biased',
      logits: (x) => tf.add(right.logits(x), [1, 0, 0, 0]) as tf.Tensor2D,
    };
    const report = await robustnessReport([right, biased], await labelled(right), OPTIONS, go);
    expect(report.rows.find((r) => r.label === 'biased' && r.attack === 'clean')!.correct).toBeLessThan(N);
    // The two models have the same gradients, so that every image made for one fools the other.
    expect(report.transfer.find((t) => t.from === 'biased')!.accuracy).toBe(0);
  });

  it('given a stop at the start of PGD-20, then the report is partial and has the rows of the attacks before it', async () => {
    const model = linear('planted', 0.01);
    let stopped = false;
    const report = await robustnessReport([model], await labelled(model), OPTIONS, async ({ what }) => {
      stopped ||= what.startsWith('PGD-20 at');
      if (stopped) throw new ReportStopped();
    });
    expect(report.complete).toBe(false);
    const before = columnsOf('look', 10).map((c) => c.id);
    expect(report.rows.map((r) => r.attack)).toEqual(['clean', ...before.slice(0, before.indexOf('pgd-20'))]);
    expect(report.sweep).toEqual([]);
  });

  it('given a report, then its progress never shrinks nor exceeds the plan, and ends above 80 % of it', async () => {
    const model = linear('planted', 0.01);
    let last = { done: 0, total: 1 };
    await robustnessReport([model], await labelled(model), OPTIONS, async (p) => {
      expect(p.done).toBeGreaterThanOrEqual(last.done - 1e-9);
      last = p;
    });
    expect(last.total).toBe(plannedPasses(OPTIONS, CLASSES, 1));
    expect(last.done / last.total).toBeGreaterThan(0.8);
    expect(last.done / last.total).toBeLessThanOrEqual(1);
  });
});
