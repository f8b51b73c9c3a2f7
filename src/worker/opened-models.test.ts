import 'fake-indexeddb/auto';
import * as v from 'valibot';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../core/backend/backend.ts';
import { contestant } from '../core/experiments/contestant.ts';
import type { ModelAnswers } from '../core/nn/model-answers.ts';
import { ResNet } from '../core/nn/resnet.ts';
import { exportWeights } from '../core/nn/weights.ts';
import { StressReportSchema } from '../core/result/stress-report.ts';
import { tinyConfig } from '../core/training/testing/tiny-config.ts';
import { Engine } from './engine.ts';
import type { ExampleRequest, TestImages } from './viewer.ts';

const CONFIG = tinyConfig([contestant('at')]);
const ON_SYNTHETIC: TestImages = {
  dataset: { source: 'synthetic', classes: [3, 8], trainSize: 8, testSize: 8 },
  seed: 1,
};
const REQUEST: ExampleRequest = { index: 0, attack: 'fgsm', norm: 'linf', eps: 0.03, iterations: 1, seed: 0 };
const LOOK = { n: 4, seed: 0, norm: 'linf', eps: 8 / 255, depth: 'look' } as const;

/** A file of a small network with this many classes. */
async function weights(classes: number, name: string): Promise<File> {
  await initialiseBackend('wasm');
  const spec = { width: 2, blocks: [1], stemStride: 2, inputScale: 4, splitBn: false, classes } as const;
  const network = new ResNet(spec, classes);
  const bytes = await exportWeights(network);
  network.dispose();
  return new File([Uint8Array.from(bytes)], name);
}

describe('given models opened in the engine', () => {
  let ten: File;
  let two: File;
  let answers: ModelAnswers;
  beforeAll(async () => {
    ten = await weights(10, 'ten.safetensors');
    two = await weights(2, 'two.safetensors');
    answers = (await new Engine('http://localhost/', { appVersion: '1' }).inspectWeights(ten)).defaults;
  });

  it('when there is no race, then an image of the chosen data is attacked, and the stress test judges them', async () => {
    const engine = new Engine('http://localhost/', { appVersion: '1' });
    expect(await engine.openModel('a', 'Ten', ten, answers)).toMatchObject({ classes: 10 });
    await engine.openModel('b', 'Two', two, answers);
    const views = await engine.example({ ...REQUEST, images: ON_SYNTHETIC });
    expect(views.map((v) => v.label)).toEqual(['Ten', 'Two']);
    expect(views.map((v) => v.clean.probabilities.length)).toEqual([2, 2]);
    expect(await engine.estimateRobustness(LOOK, ON_SYNTHETIC)).toBeGreaterThan(0);
    const report = await engine.robustness(LOOK, () => {}, ON_SYNTHETIC);
    expect(report.complete).toBe(true);
    expect(new Set(report.rows.map((r) => r.label))).toEqual(new Set(['Ten', 'Two']));
    expect(report.transfer).toHaveLength(2);
    // Only the model of ten classes leaves outputs out.
    expect(new Set(report.rows.map((r) => `${r.label} ${r.outputs}`))).toEqual(
      new Set(['Ten 10', 'Two undefined']),
    );
    expect(v.parse(StressReportSchema, report)).toEqual(report);
  });

  it('when a race has been trained, then they are attacked beside its contestant, until they are closed', async () => {
    const engine = new Engine('http://localhost/', { appVersion: '1' });
    await engine.initialise('wasm');
    await engine.race('r', CONFIG, () => {});
    await engine.openModel('a', 'AT', ten, answers);
    const labels = async () => (await engine.example(REQUEST)).map((v) => v.label);
    // Named as a contestant is.
    expect(await labels()).toEqual(['AT', 'AT (opened)']);
    await engine.initialise('cpu');
    await engine.initialise('wasm');
    expect((await engine.example({ ...REQUEST, images: ON_SYNTHETIC })).map((v) => v.label)).toEqual(['AT']);
    await engine.closeModel('a');
    await expect(engine.example({ ...REQUEST, images: ON_SYNTHETIC })).rejects.toThrow(
      'None of the opened models tells the classes of these images apart.',
    );
  });

  it('when a file is none of a network, then it is refused, and the models before it stay', async () => {
    const engine = new Engine('http://localhost/', { appVersion: '1' });
    await engine.openModel('a', 'Ten', ten, answers);
    const broken = new File([new Uint8Array(await ten.arrayBuffer()).slice(0, -10)], 'broken.safetensors');
    await expect(engine.inspectWeights(broken)).rejects.toThrow(/^broken\.safetensors: This is not a valid/);
    await expect(engine.openModel('b', 'Broken', broken, answers)).rejects.toThrow(/^broken\.safetensors/);
    expect((await engine.example({ ...REQUEST, images: ON_SYNTHETIC })).map((v) => v.label)).toEqual(['Ten']);
  });
});
