import { describe, expect, it } from 'vitest';
import type { ModelAnswers } from '../../core/nn/model-answers.ts';
import { fakeBench, settled } from './testing/fake-bench.ts';

const ANSWERS: ModelAnswers = { prefix: '', stemStride: 1, input: { kind: 'none' }, bnSet: 'adv' };
const FILE = new File([new Uint8Array(8)], 'mine.safetensors');
const IMAGES = {
  dataset: { source: 'synthetic', classes: [0, 1], trainSize: 8, testSize: 8 },
  seed: 0,
} as const;
const REQUEST = { index: 0, attack: 'fgsm', norm: 'linf', eps: 0.03, iterations: 1, seed: 0 } as const;

describe('opened models', () => {
  it('given two files under the same name, when opened, then their labels differ', async () => {
    const { workbench: bench, state } = fakeBench();
    for (let i = 0; i < 2; i++) await bench.opened.open(FILE, 'mine', ANSWERS);
    expect(state().opened.map((m) => m.label)).toEqual(['mine', 'mine (2)']);
  });

  it('given an opened model, when an image of the settings is attacked, then device and data are there first', async () => {
    const { workbench: bench, engine: fake } = fakeBench();
    await bench.opened.open(FILE, 'mine', ANSWERS);
    await bench.example({
      ...REQUEST,
      images: { ...IMAGES, dataset: { ...IMAGES.dataset, classes: [0, 1] } },
    });
    const methods = fake.methods();
    expect(methods.indexOf('initialise')).toBeGreaterThan(methods.indexOf('openModel'));
    expect(methods.slice(-2)).toEqual(['loadData', 'example']);
  });

  it('given that the worker died, when a model is next used, then the new worker is given its file and answers again', async () => {
    const { workbench: bench, engine: fake, die } = fakeBench();
    await bench.opened.open(FILE, 'mine', { ...ANSWERS, stemStride: 2 });
    die();
    await settled();
    expect(fake.count('openModel')).toBe(1);
    await bench.example(REQUEST);
    const { args, worker } = fake.last('openModel');
    expect(args.slice(1)).toEqual(['mine', FILE, { ...ANSWERS, stemStride: 2 }]);
    expect(worker).toBe(1);
    await bench.example(REQUEST);
    expect(fake.count('openModel')).toBe(2);
  });

  it('given an opened model, when it is closed, then the worker frees it and the page shows it no more', async () => {
    const { workbench: bench, state, engine: fake } = fakeBench();
    const { id } = await bench.opened.open(FILE, 'mine', ANSWERS);
    await bench.opened.close(id);
    expect(state().opened).toEqual([]);
    expect(fake.last('closeModel').args).toEqual([id]);
  });
});
