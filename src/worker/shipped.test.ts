import { beforeAll, describe, expect, it, vi } from 'vitest';
import { initialiseBackend } from '../core/backend/backend.ts';
import { exportWeights } from '../core/nn/weights.ts';
import { ResNet } from '../core/nn/resnet.ts';
import { memory } from '@tensorflow/tfjs-core';
import { Engine } from './engine.ts';
import { ShippedModels } from './shipped.ts';
import type { ShippedRequest } from './viewer.ts';

const SPEC = { width: 2, blocks: [1, 1], stemStride: 1, inputScale: 0, classes: 3, splitBn: true } as const;
const image = Uint8Array.from({ length: 3072 }, (_, i) => (i * 37) % 256);
const request = (change: Partial<ShippedRequest> = {}): ShippedRequest => ({
  models: [
    { file: 'recorded/a.safetensors', spec: SPEC },
    { file: 'recorded/b.safetensors', spec: SPEC },
  ],
  image,
  label: 1,
  eps: 8 / 255,
  steps: 3,
  seed: 0,
  ...change,
});

const files = new Map<string, Uint8Array<ArrayBuffer>>();
const served = () =>
  vi.fn(async (url: RequestInfo | URL) => {
    const bytes = files.get(String(url));
    return bytes ? new Response(bytes) : new Response(null, { status: 404 });
  });

beforeAll(async () => {
  await initialiseBackend('wasm');
  for (const [name, seed] of [
    ['a', 1],
    ['b', 2],
  ] as const) {
    const network = new ResNet(SPEC, seed);
    files.set(
      `http://here/page/recorded/${name}.safetensors`,
      (await exportWeights(network)) as Uint8Array<ArrayBuffer>,
    );
    network.dispose();
  }
});

describe('models that come with the page', () => {
  it('given an image, when attacked, then each model answers for itself, and x′ is within eps of x and in range', async () => {
    const models = new ShippedModels('http://here/page/', served());
    const [a, b] = await models.attack(request());
    for (const view of [a, b]) {
      expect(Math.max(...view.perturbation.map(Math.abs))).toBeLessThanOrEqual(8 / 255 + 1e-6);
      expect(view.adversarial).toHaveLength(3072);
      for (const { probabilities } of [view.clean, view.attacked])
        expect(probabilities.reduce((x, y) => x + y, 0)).toBeCloseTo(1, 5);
      expect(view.attacked.probabilities[1]).toBeLessThan(view.clean.probabilities[1]);
    }
    expect(a.clean.probabilities).not.toEqual(b.clean.probabilities);
    models.dispose();
  });

  it('given eps 0, then x′ is x; given the same request again, then the same answer without another download', async () => {
    const fetchFile = served();
    const models = new ShippedModels('http://here/page/', fetchFile);
    const [still] = await models.attack(request({ eps: 0 }));
    expect(still.adversarial).toEqual(image);
    const first = await models.attack(request());
    expect(await models.attack(request())).toEqual(first);
    models.dispose();
    expect(await models.attack(request())).toEqual(first);
    expect(fetchFile).toHaveBeenCalledTimes(2);
    models.dispose();
  });

  it('given many attacks, then no tensor stays; when disposed, then none of the models', async () => {
    const before = memory().numTensors;
    const models = new ShippedModels('http://here/page/', served());
    await models.attack(request());
    const loaded = memory().numTensors;
    await models.attack(request({ label: 2 }));
    expect(memory().numTensors).toBe(loaded);
    models.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('given a model that is not there, one of another size, and an image of another size, then each error says so, and the next attack works', async () => {
    const models = new ShippedModels('http://here/page/', served());
    const gone = { file: 'recorded/c.safetensors', spec: SPEC };
    await expect(models.attack(request({ models: [gone] }))).rejects.toThrow(/c\.safetensors/);
    const wide = { file: 'recorded/a.safetensors', spec: { ...SPEC, width: 4 } };
    await expect(models.attack(request({ models: [wide] }))).rejects.toThrow(/shape/);
    await expect(models.attack(request({ image: image.slice(1) }))).rejects.toThrow(/has 3072 bytes/);
    expect(await models.attack(request())).toHaveLength(2);
    models.dispose();
  });
});

it('given an engine whose device is lost, when a shipped model is attacked, then the backend is started again and the answer is the same', async () => {
  vi.stubGlobal('fetch', served());
  let lose: (why: string) => void = () => {};
  const starts: string[] = [];
  const engine = new Engine('http://here/page/', { appVersion: '1' }, async (choice, environment = {}) => {
    starts.push(choice);
    lose = environment.onLost ?? lose;
    return initialiseBackend(choice === 'auto' ? 'wasm' : choice, environment);
  });
  const before = await engine.shipped(request());
  lose('The GPU device was lost: test.');
  await expect(engine.shipped(request({ image: image.slice(1) }))).rejects.toThrow(/3072 bytes/);
  expect(await engine.shipped(request())).toEqual(before);
  expect(starts).toEqual(['auto', 'wasm']);
  vi.unstubAllGlobals();
});
