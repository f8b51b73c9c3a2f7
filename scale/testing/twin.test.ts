/**
 * The Python package beside the TypeScript engine: the same settings are accepted, and the same seed gives the same
 * images, batches and weights.
 */
import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { contestant } from '../../src/core/experiments/contestant.ts';
import { epochsOf } from '../../src/core/experiments/epochs.ts';
import { PRESETS } from '../../src/core/experiments/presets.ts';
import { initialiseBackend } from '../../src/core/backend/backend.ts';
import { BatchStream } from '../../src/core/data/batches.ts';
import { loadDataset } from '../../src/core/data/load.ts';
import { subset } from '../../src/core/data/subset.ts';
import { CATALOGUE, METHOD_IDS } from '../../src/core/methods/catalogue.ts';
import { METHODS } from '../../src/core/methods/index.ts';
import { recipeFor } from '../../src/core/methods/method-info.ts';
import { ResNet } from '../../src/core/nn/resnet.ts';
import { readSafetensors } from '../../src/core/nn/safetensors.ts';
import { exportParts, exportWeights } from '../../src/core/nn/weights.ts';
import { RandomStream } from '../../src/core/random/random.ts';
import { imagesForBalance } from '../../src/core/training/balance.ts';
import { learningRateAt } from '../../src/core/training/schedule.ts';
import { DEFAULT_SWITCHES, parseConfig, type ExperimentConfig } from '../../src/core/settings/config.ts';
import { python, WHY_NOT } from './python.ts';

if (WHY_NOT !== null) console.log(WHY_NOT);

const CONFIG: ExperimentConfig = {
  ...PRESETS.quick,
  dataset: { ...PRESETS.demo.dataset, trainSize: 70, testSize: 30 },
  network: { ...PRESETS.quick.network, width: 8 },
  optimiser: { ...PRESETS.quick.optimiser, batchSize: 16 },
  contestants: [
    contestant('arat', {}, DEFAULT_SWITCHES),
    contestant('at', { matchArat: true }, DEFAULT_SWITCHES),
  ],
  seed: 7,
};

/** Changes to the config, and whether it is still one. */
const VARIANTS: readonly [change: Record<string, unknown>, field: string | null][] = [
  [{}, null],
  [{ precision: undefined, repeats: undefined }, null],
  [{ seed: -1 }, 'seed'],
  [{ seed: 1.5 }, 'seed'],
  [{ seed: '1' }, 'seed'],
  [{ seed: true }, 'seed'],
  [{ optimiser: { ...CONFIG.optimiser, epochs: 0 } }, 'optimiser.epochs'],
  [{ optimiser: { ...CONFIG.optimiser, schedule: 'linear' } }, 'optimiser.schedule'],
  [{ attack: { eps: 8, stepSize: 0, steps: 5 } }, 'attack.eps'],
  [{ network: { ...CONFIG.network, blocks: [] } }, 'network.blocks'],
  [{ network: { ...CONFIG.network, blocks: [1, 9] } }, 'network.blocks.1'],
  [{ version: 2 }, 'version'],
  [{ contestants: [] }, 'contestants'],
  [{ contestants: [CONFIG.contestants[0], CONFIG.contestants[0]] }, 'contestants'],
  [{ contestants: [{ ...CONFIG.contestants[0], method: 'magic' }] }, 'contestants.0.method'],
  [{ surplus: 1 }, 'surplus'],
  [{ dataset: { ...CONFIG.dataset, trainSize: undefined } }, 'dataset.trainSize'],
];
const variant = (change: Record<string, unknown>) =>
  JSON.parse(JSON.stringify({ ...CONFIG, ...change })) as unknown;

const accepts = (raw: unknown): boolean => {
  try {
    parseConfig(raw);
    return true;
  } catch {
    return false;
  }
};
const sha = (bytes: ArrayBufferView) =>
  createHash('sha256')
    .update(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    .digest('hex');

interface Facts {
  readonly words: number[];
  readonly normal: number[];
  readonly state: number[];
  readonly train: string[];
  readonly test: string[];
  readonly batch: [string, number[], string];
  readonly smaller: [string, number[], string];
  readonly balance: string[];
  readonly rates: Record<string, [number[], (number[] | null)[]]>;
  readonly provenance: string;
  readonly epochs: number[];
  readonly parameters: Record<string, [number[], number, number]>;
}

describe.skipIf(WHY_NOT !== null)('given the same config, in TypeScript and in Python', () => {
  let facts: Facts;
  let verdicts: string[];
  beforeAll(async () => {
    expect((await initialiseBackend('wasm')).backend).toBe('wasm');
    const input = JSON.stringify({ config: CONFIG, configs: VARIANTS.map(([change]) => variant(change)) });
    const { status, stdout, stderr } = await python(['-m', 'scale.testing.twin'], { input });
    expect(stderr).toBe('');
    expect(status).toBe(0);
    ({ facts, verdicts } = JSON.parse(stdout) as { facts: Facts; verdicts: string[] });
  });

  test('when it is validated, then both accept the same ones, and Python names the field that is wrong', () => {
    VARIANTS.forEach(([change, field], i) => {
      expect(accepts(variant(change)), JSON.stringify(change)).toBe(field === null);
      if (field === null) expect(verdicts[i]).toBe('ok');
      else expect(verdicts[i]).toContain(`not valid: ${field}: `);
    });
  });

  test('when numbers are drawn, then they are the same', () => {
    const stream = RandomStream.of(CONFIG.seed, 'check');
    const words = Array.from({ length: 1000 }, () => stream.uniform() * 2 ** 32);
    expect(facts.words).toEqual(words.slice(-3));
    // log and cos may differ in the last bit of a double, which float32 rounds away nearly always.
    stream.normalArray(5).forEach((value, i) => expect(facts.normal[i]).toBeCloseTo(value, 6));
    expect(facts.state).toEqual(stream.state().map((word) => word >>> 0));
  });

  test('when a contestant trains for as many FLOP as ARAT, then both give it the same number of epochs', () => {
    const kept = { ...CONFIG, optimiser: { ...CONFIG.optimiser, keepLastBatch: true } };
    const shuffled = { ...CONFIG, balanceImages: 'batches' as const };
    const here = [CONFIG, shuffled, kept].map((c) => CONFIG.contestants.map((of) => epochsOf(c, of)));
    expect(facts.epochs).toEqual(here.flat());
    for (const [ofArat, ofMatched] of here) expect(ofMatched).toBeGreaterThan(ofArat);
  });

  test('when images and batches are made, then they are the same', async () => {
    const data = subset(await loadDataset('synthetic', { environment: { cache: null } }), CONFIG);
    expect(facts.provenance).toBe(data.provenance);
    expect(facts.train).toEqual([sha(data.train.images), sha(data.train.labels)]);
    expect(facts.test).toEqual([sha(data.test.images), sha(data.test.labels)]);
    const stream = new BatchStream(data.train, CONFIG);
    for (let i = 0; i < stream.batchesPerEpoch; i++) stream.next('uniform');
    const batch = stream.next('uniform');
    expect(facts.batch).toEqual([sha(batch.images), [...batch.labels], sha(batch.uniform)]);
  });

  test('when the last batch of an epoch is smaller, and when the balance is measured on batches, then the images are the same', async () => {
    const data = subset(await loadDataset('synthetic', { environment: { cache: null } }), CONFIG);
    const kept = { ...CONFIG, optimiser: { ...CONFIG.optimiser, keepLastBatch: true } };
    const stream = new BatchStream(data.train, kept);
    for (let i = 1; i < stream.batchesPerEpoch; i++) stream.next('uniform');
    const batch = stream.next('uniform');
    expect(batch.labels).toHaveLength(70 % 16);
    expect(facts.smaller).toEqual([sha(batch.images), [...batch.labels], sha(batch.uniform)]);
    const shuffled = { ...CONFIG, balanceImages: 'batches' as const };
    expect(facts.balance).toEqual(
      [0, 3].map((epoch) => sha(imagesForBalance(data.train, shuffled, epoch).images)),
    );
  });

  test('when a method follows its official code, then rates by epoch and its own recipe are the same', () => {
    const optimiser = { ...CONFIG.optimiser, schedule: 'official' as const, epochs: 120 };
    for (const id of METHOD_IDS.filter((m) => m !== 'custom')) {
      const { officialRate, ownRecipe } = CATALOGUE[id];
      const [rates, own] = facts.rates[id];
      rates.forEach((rate, epoch) =>
        expect(rate / learningRateAt(optimiser, 5 * epoch, 600, officialRate)).toBeCloseTo(1, 9),
      );
      const here = (['resnet', 'wide'] as const).map((family) => {
        if (!ownRecipe) return null;
        const { learningRate, weightDecay, eps, stepSize } = recipeFor(ownRecipe, {
          ...CONFIG.network,
          family,
        });
        return [learningRate, weightDecay, eps, stepSize];
      });
      expect(own).toEqual(here);
    }
  });

  test('when the network and its predictors are made, then names, shapes and weights are the same', async () => {
    const [{ switches }] = CONFIG.contestants;
    const network = new ResNet({ ...CONFIG.network, classes: 4, splitBn: true }, CONFIG.seed);
    METHODS.arat.createExtras(network, switches, CONFIG.seed);
    const files = [await exportWeights(network), (await exportParts(network))!];
    const weights = new Map(
      files.flatMap((file) => [...readSafetensors(file)]).filter(([, { dtype }]) => dtype === 'F32'),
    );
    network.dispose();
    expect(Object.keys(facts.parameters).sort()).toEqual([...weights.keys()].sort());
    for (const [name, { shape, data }] of weights) {
      const values = Array.from(data);
      const [theirs, sum, weighted] = facts.parameters[name];
      expect(theirs).toEqual(shape);
      expect(sum).toBeCloseTo(
        values.reduce((a, v) => a + v, 0),
        9,
      );
      // Tells an order from another one.
      expect(weighted).toBeCloseTo(
        values.reduce((a, v, i) => a + v * i, 0),
        6,
      );
    }
  });
});
