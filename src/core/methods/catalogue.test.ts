import { beforeAll, describe, expect, it, test } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { networkCost } from '../nn/architecture.ts';
import { partOf } from '../nn/parameters.ts';
import { readSafetensors } from '../nn/safetensors.ts';
import { exportParts, exportWeights } from '../nn/weights.ts';
import { DEFAULT_SWITCHES } from '../settings/config.ts';
import { tinyTrainer } from '../training/testing/tiny-trainer.ts';
import { CATALOGUE, METHOD_IDS } from './catalogue.ts';
import { METHODS } from './index.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

test('given the registry, then no two methods share an id or a name, and each trains under its own info', () => {
  expect(new Set(METHOD_IDS).size).toBe(METHOD_IDS.length);
  expect(new Set(METHOD_IDS.map((id) => CATALOGUE[id].name)).size).toBe(METHOD_IDS.length);
  expect(Object.keys(METHODS)).toEqual(METHOD_IDS);
  for (const id of METHOD_IDS) expect(METHODS[id]).toMatchObject(CATALOGUE[id]);
});

describe.each(METHOD_IDS)('%s', (id) => {
  const info = CATALOGUE[id];

  it('given its info, then it has words, an equation and a citation', () => {
    expect(info.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(info.name.length).toBeGreaterThan(1);
    expect(info.description).toMatch(/^[A-Z].{30,}\.$/s);
    expect(info.equation.length).toBeGreaterThan(5);
    expect(info.terms.length).toBeGreaterThan(0);
    // Nobody has published a method that its user writes.
    if (id === 'custom') return expect(info.citation).toBeNull();
    expect(info.citation!.text.length).toBeGreaterThan(5);
    expect(info.citation!.url).toMatch(/^https:\/\//);
  });

  it('given more attack steps, then it does not cost fewer passes, and never fewer than a forward and a backward pass', () => {
    const passes = (steps: number) => info.passes(steps, DEFAULT_SWITCHES, 1);
    expect(passes(0)).toBeGreaterThanOrEqual(3);
    expect(passes(10)).toBeGreaterThanOrEqual(passes(0));
  });

  it('given its trainer, then it keeps beside the network what it declares and nothing else, and the network has as many weights as counted', () => {
    const { network, dispose } = withDispose(id);
    expect(new Set(network.parts.values())).toEqual(new Set(info.beside));
    const { stemStride, blocks, width, classes } = network.spec;
    const { parameters } = networkCost({ stemStride, blocks, width, classes });
    let own = 0;
    const second = network.splitBn ? '.adv.' : '';
    for (const [name, v] of network.trainable) {
      const part = partOf(network, name);
      expect(part?.trained ?? true, name).toBe(true);
      // Counted with one BatchNorm set.
      if (!part && !(second && name.includes(second))) own += v.size;
    }
    expect(own).toBe(parameters);
    dispose();
  });

  it('given its weight files, then one holds the network’s own tensors and the other the parts that it exports', async () => {
    const { network, dispose } = withDispose(id);
    const namesIn = (file: Uint8Array | null) => (file ? [...readSafetensors(file).keys()] : []);
    const names = namesIn(await exportWeights(network));
    const own = [...network.trainable, ...network.buffers].filter(([name]) => !partOf(network, name));
    const counters = names.filter((name) => name.endsWith('.num_batches_tracked'));
    expect(names.filter((name) => !counters.includes(name)).sort()).toEqual(own.map(([name]) => name).sort());
    const parts = namesIn(await exportParts(network)).map((name) => partOf(network, name));
    expect([...new Set(parts)]).toEqual(info.beside.filter((part) => part.exported));
    dispose();
  });
});

function withDispose(id: (typeof METHOD_IDS)[number]) {
  const trainer = tinyTrainer(id);
  return { network: trainer.network, dispose: () => trainer.dispose() };
}
