import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../src/core/backend/backend.ts';
import { loadDataset } from '../src/core/data/load.ts';
import { contestant } from '../src/core/experiments/contestant.ts';
import { defaultRace } from '../src/core/experiments/presets.ts';
import { ALL_PARTS, contestantOf, partsKey } from '../src/core/experiments/parts.ts';
import { inspectWeights } from '../src/core/nn/own-model.ts';
import { blobFile, readSafetensors } from '../src/core/nn/safetensors.ts';
import { importWeights } from '../src/core/nn/weights.ts';
import { exportedModel } from '../src/core/training/exported-model.ts';
import { ResNet } from '../src/core/nn/resnet.ts';
import { Race } from '../src/core/race/race.ts';
import type { RaceResult } from '../src/core/result/results.ts';
import { tinyConfig } from '../src/core/training/testing/tiny-config.ts';
import { byKey, commitOfAll, indexOf, missing, raceOf } from './factorial.ts';
import { halfWeights } from './half-weights.ts';

const NO_STOP = contestantOf({ ...ALL_PARTS, stopGradient: false });
const CONFIG = { ...tinyConfig([contestant('at'), contestant('arat'), NO_STOP], 0), repeats: 2 };
let weights: Uint8Array;
let result: RaceResult;
let seedTwo: RaceResult;
let logits: number[];
let image: tf.Tensor4D;

async function trained(config: typeof CONFIG): Promise<Race> {
  const data = await loadDataset('synthetic', { files: null, onProgress: () => {}, baseUrl: '' });
  return new Race(config, data, {
    runId: 'r',
    backend: 'wasm',
    device: 'a test',
    appVersion: '1',
    emit: () => {},
  });
}

beforeAll(async () => {
  await initialiseBackend('wasm');
  const race = await trained(CONFIG);
  result = await race.run();
  const models = await race.models();
  weights = (await exportedModel(models[1])).network;
  image = tf.randomUniform([2, 32, 32, 3], 0, 1, 'float32', 1);
  logits = Array.from(tf.tidy(() => models[1].logits(image)).dataSync());
  race.dispose();
  const single = await trained({ ...CONFIG, seed: 2, repeats: 1 });
  seedTwo = await single.run();
  single.dispose();
});

const both = () => [
  { name: 'one.json', result: seedTwo },
  { name: 'two.json', result },
];

describe('results of npm run experiment', () => {
  it('given seeds 0 and 1 in one file and seed 2 in another, when put together, then each contestant has one result with its three seeds in order', () => {
    const results = byKey(both());
    expect([...results.keys()]).toEqual(['at', 'arat-bn1-sg1-h1-ab1-t1', 'arat-bn1-sg0-h1-ab1-t1']);
    for (const { config, runs, status } of results.values()) {
      expect([config.contestants.length, config.seed, config.repeats, status]).toEqual([1, 0, 3, 'complete']);
      expect(runs.map((r) => r.seed)).toEqual([0, 1, 2]);
    }
    const arat = results.get('arat-bn1-sg1-h1-ab1-t1')!;
    expect(arat.runs[2].final).toEqual(seedTwo.runs[1].final);
  });

  it.each([
    ['the same seed twice', () => [...both(), both()[0]], /AT with seed 2 occurs twice, once in one\.json/],
    [
      'other settings',
      () => [both()[0], { name: 'b', result: { ...result, config: { ...CONFIG, conflictEvery: 9 } } }],
      /settings of b differ from those of one\.json/,
    ],
    [
      'a stopped race',
      () => [{ name: 'b', result: { ...result, status: 'stopped' as const } }],
      /b is stopped/,
    ],
    [
      'other images',
      () => [
        both()[0],
        { name: 'b', result: { ...result, dataset: { ...result.dataset, provenance: 'others' } } },
      ],
      /b was trained on other images/,
    ],
    [
      'a gap between the seeds',
      () => [both()[0], { name: 'b', result: { ...result, runs: result.runs.filter((r) => r.seed === 0) } }],
      /seeds of AT have gaps: 0, 2/,
    ],
    ['none', () => [], /no results/],
  ])('given %s, then the error says so', (_, sources, message) => {
    expect(() => byKey(sources())).toThrow(message);
  });

  it('given a contestant that is not recorded, then it is refused by its name', () => {
    const runs = result.runs.map((r) => ({ ...r, switches: { ...r.switches, metric: 'mse' as const } }));
    expect(() => byKey([{ name: 'a', result: { ...result, runs } }])).toThrow(/ARAT in a is no combination/);
  });
});

it('given the four contestants of the default race, when joined, then it is one race, seed by seed; given fewer, then they are named', () => {
  const [at, arat] = byKey(both()).values();
  const results = new Map([
    ['at', at],
    ['trades', { ...at, config: { ...at.config, contestants: [contestant('trades')] } }],
    ['arat-bn1-sg1-h1-ab1-t1', arat],
    [
      'arat-bn1-sg1-h1-ab1-t0',
      { ...arat, config: { ...arat.config, contestants: [contestant('arat', { invarianceWeight: 0 })] } },
    ],
  ]);
  const race = raceOf(results, defaultRace());
  expect(race.config.contestants.map((c) => c.label)).toEqual([
    'AT',
    'TRADES',
    'ARAT',
    'ARAT, invariance weight 0',
  ]);
  expect(race.runs.map((r) => r.seed)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2]);
  results.delete('trades');
  expect(() => raceOf(results, defaultRace())).toThrow(/race needs at, trades/);
});

describe('the index', () => {
  it('given results of one commit, or of none and a given one, then that is the commit; given several or none, then it is refused', () => {
    const of = (commit?: string) => ({ name: 'a.json', result: { ...result, commit } });
    expect(commitOfAll([of('abc'), of('abc')])).toBe('abc');
    expect(commitOfAll([of(), of('abc')], 'abc')).toBe('abc');
    expect(() => commitOfAll([of('abc'), of('def')])).toThrow('several commits: abc, def');
    expect(() => commitOfAll([of('abc'), of()])).toThrow('several commits: abc, unknown');
    expect(() => commitOfAll([of()])).toThrow('--commit');
  });

  it('given results and weights, then it has each seed’s final figures and conflict, and the size of the weights', () => {
    const [key, bytes] = [partsKey(ALL_PARTS), new Uint8Array(9)];
    const index = indexOf(byKey(both()), [{ key, seed: 1, bytes }], 'abc');
    expect(index).toMatchObject({ commit: 'abc', seeds: [0, 1, 2] });
    const arat = index.contestants.find((c) => c.key === key)!;
    expect(arat.weights).toEqual({ seed: 1, bytes: 9 });
    expect(arat.runs[2].final).toEqual(seedTwo.runs[1].final);
    expect(arat.runs.every((r) => r.cosine !== null && r.chance !== null && r.bnDistance !== null)).toBe(
      true,
    );
    const at = index.contestants.find((c) => c.key === 'at')!;
    expect([at.weights, at.runs[0].cosine]).toEqual([null, null]);
  });

  it('given weights without a result, then it is refused; given few contestants, then the others are named as missing', () => {
    const results = byKey(both());
    expect(() => indexOf(results, [{ key: 'trades', seed: 0, bytes: new Uint8Array(1) }], 'abc')).toThrow(
      /weights of trades with seed 0, but no result/,
    );
    expect(missing(results, 3)).toHaveLength(20);
    expect(missing(results, 4)).toContain('at');
  });
});

describe('the weights that npm run experiment wrote', () => {
  it('given them as float16, when a network reads them, then its logits are those of the trained model to three digits', () => {
    const { key, seed, bytes } = halfWeights(weights, 'a.safetensors', 1);
    expect([key, seed]).toEqual(['arat-bn1-sg1-h1-ab1-t1', 1]);
    const network = new ResNet({ ...CONFIG.network, classes: 2, splitBn: true }, 0);
    importWeights(network, readSafetensors(bytes));
    const again = tf.tidy(() => network.forward(image, { branch: 'adv', mode: 'eval' }).logits).dataSync();
    Array.from(again).forEach((z, i) => expect(z).toBeCloseTo(logits[i], 2));
    network.dispose();
  });

  it('given them as float16, when the file is opened as a stranger’s, then it tells stride and input scale', async () => {
    const { bytes } = halfWeights(weights, 'a.safetensors', 1);
    const file = blobFile(new File([Uint8Array.from(bytes)], 'a.safetensors'));
    const { stemStride, inputScale } = CONFIG.network;
    expect((await inspectWeights(file)).told).toEqual({
      stemStride,
      input: { kind: 'scale', scale: inputScale },
    });
  });

  it('given a file of weights that does not name its contestant, then the error names the file', () => {
    const text = Buffer.from(
      Buffer.from(weights).toString('latin1').replace('"method"', '"metier"'),
      'latin1',
    );
    expect(() => halfWeights(text, 'x.safetensors', 0)).toThrow(
      /x\.safetensors does not say of which contestant/,
    );
  });
});
