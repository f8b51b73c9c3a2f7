import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { chanceLine } from './charts/conflict-ratio.ts';
import { epochWords, pairImages, pairRows } from './pairs.ts';

it('given runs with conflict by pairs of terms, then each pair and each term on two batches has a row; given runs without, then there are no rows', () => {
  const { runs, config } = sampleRace({ methods: 3, epochs: 2, repeats: 2 });
  const rows = pairRows({ runs, config });
  expect(rows.filter((r) => r.label === 'TRADES').map((r) => r.between)).toEqual([
    'CE on two batches',
    'CE and KL',
    'KL on two batches',
  ]);
  expect(rows.find((r) => r.label === 'ARAT')).toMatchObject({
    cosine: '0.12 ± 0.00',
    ratio: '45.6 ± 0.0',
    epochs: '2',
  });
  expect(rows.some((r) => r.label === 'AT')).toBe(false);
  expect(pairRows({ config, runs: runs.map(({ conflictPairs: _, ...run }) => run) })).toEqual([]);
});

it('given pairs measured on one batch or on all training images, then the words give the number of images, without those held out', () => {
  const { runs, config } = sampleRace({ methods: 3, epochs: 2 });
  expect(pairImages(config)).toEqual({ pairs: 'one batch of 64 training images', halves: 'two batches' });
  const { dataset, evaluation } = config;
  const all = {
    ...config,
    pairImages: 'all' as const,
    dataset: { ...dataset, trainSize: 4000 },
    evaluation: { ...evaluation, heldOut: 500 },
  };
  // 3,500 images are 54 whole batches of 64.
  expect(pairImages(all)).toEqual({
    pairs: '3,456 training images, in batches of 64',
    halves: 'two halves of 1,728 images',
  });
  expect(pairRows({ runs, config: all })[0].between).toBe('CE on two halves of 1,728 images');
});

it('given contestants that were measured after different epochs, then the words name each one with its epoch', () => {
  const { runs, config } = sampleRace({ methods: 3, epochs: 2 });
  const later = runs.map((run) =>
    run.label === 'ARAT' && run.conflictPairs
      ? { ...run, conflictPairs: run.conflictPairs.map((p) => ({ ...p, epoch: p.epoch + 1 })) }
      : run,
  );
  expect(epochWords(pairRows({ runs, config }))).toBe('after epoch 2');
  expect(epochWords(pairRows({ runs: later, config }))).toBe('TRADES: after epoch 2; ARAT: after epoch 3');
});

it('given a recorded run older than the measurement of chance, then the chance lines are computed from the layers: 48.6 % for ARAT, 50 % for TRADES', () => {
  const race = parseRaceResult(JSON.parse(readFileSync('src/core/testing/older-result.json', 'utf8')));
  expect(chanceLine(race)).toEqual({ y: 50, label: 'chance: 48.6 to 50.0 %', others: [48.6] });
  expect(chanceLine({ ...race, runs: race.runs.filter((r) => r.label === 'AT') })).toBeUndefined();
});
