import { gzipSync } from 'node:zlib';
import { createTar } from 'nanotar';
import { beforeAll, expect, it } from 'vitest';
import { wilsonInterval } from '../analysis/wilson.ts';
import { initialiseBackend } from '../backend/backend.ts';
import { fileFromBytes } from '../data/archive.ts';
import { CIFAR100_CLASSES } from '../data/cifar-binary.ts';
import { loadDataset } from '../data/load.ts';
import { records } from '../data/testing/cifar-records.ts';
import { contestant } from '../methods/contestant.ts';
import { parseRaceResult } from '../results-schema.ts';
import { Series } from './series.ts';
import { tinyConfig } from './testing/tiny-config.ts';

const HUNDRED = CIFAR100_CLASSES.map((_, i) => i);

/** cifar-100-binary.tar.gz with two training images and one test image of each fine class. */
async function dropped() {
  const files = {
    'cifar-100-binary/train.bin': records([...HUNDRED, ...HUNDRED], 2),
    'cifar-100-binary/test.bin': records(HUNDRED, 2),
  };
  const tar = createTar(
    Object.entries(files).map(([name, data]) => ({ name, data })),
    { attrs: { mtime: 0 } },
  );
  const file = fileFromBytes('cifar-100-binary.tar.gz', gzipSync(tar));
  return loadDataset('archive', { files: [file], environment: { cache: null } });
}

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

it('given a CIFAR-100 archive and all hundred fine classes, then networks, figures and names have a hundred', async () => {
  const data = await dropped();
  expect(data.provenance).toMatch(/^CIFAR-100 /);
  const tiny = tinyConfig([contestant('at'), contestant('arat')]);
  const config = {
    ...tiny,
    dataset: { source: 'archive' as const, classes: HUNDRED, trainSize: 200, testSize: 100 },
    optimiser: { ...tiny.optimiser, batchSize: 100, epochs: 1 },
    evaluation: { ...tiny.evaluation, n: 100 },
  };
  const series = new Series(config, data, {
    runId: 'r',
    backend: 'wasm',
    device: 'test',
    appVersion: '0',
    emit: () => {},
  });
  const result = await series.run();
  const { trainers } = series.race;
  expect(trainers.map((t) => t.network.spec.classes)).toEqual([100, 100]);
  series.dispose();
  expect(result.status).toBe('complete');
  expect(result.dataset.classNames).toEqual(CIFAR100_CLASSES);
  expect(parseRaceResult(JSON.parse(JSON.stringify(result))).runs).toHaveLength(2);
  for (const { final } of result.runs) {
    const { clean, n } = final!;
    expect(n).toBe(100);
    const [low, high] = wilsonInterval(Math.round(clean * n), n);
    // Two steps learn nothing: a hundredth, chance, cannot be excluded.
    expect(low).toBeLessThanOrEqual(0.1);
    expect(high).toBeGreaterThan(0.01);
  }
});

it('given three of the hundred classes, then the network has three and they keep their names', async () => {
  const data = await dropped();
  const tiny = tinyConfig([contestant('standard')]);
  const series = new Series(
    {
      ...tiny,
      dataset: { source: 'archive', classes: [3, 42, 99], trainSize: 6, testSize: 3 },
      optimiser: { ...tiny.optimiser, batchSize: 3, epochs: 1 },
      evaluation: { ...tiny.evaluation, n: 4 },
    },
    data,
    { runId: 'r', backend: 'wasm', device: 'test', appVersion: '0', emit: () => {} },
  );
  const { race } = series;
  expect(race.data.classNames).toEqual(['bear', 'leopard', 'worm']);
  expect(new Set(race.data.train.labels)).toEqual(new Set([0, 1, 2]));
  expect(race.trainers[0].network.spec.classes).toBe(3);
  series.dispose();
});
