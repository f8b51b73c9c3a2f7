import { gzipSync } from 'node:zlib';
import { beforeAll, expect, it } from 'vitest';
import { robustnessReport } from '../judge/run.ts';
import { CHECKS } from '../judge/checks.ts';
import { plannedPasses } from '../judge/plan.ts';
import { wilsonInterval } from '../result/wilson.ts';
import { argmax, AttackModel } from '../attacks/attack-model.ts';
import { initialiseBackend } from '../backend/backend.ts';
import { METHOD_IDS } from '../settings/config.ts';
import { fileFromBytes } from '../data/archive.ts';
import { CIFAR100_CLASSES } from '../data/class-names.ts';
import { IMAGE_BYTES } from '../data/dataset.ts';
import { loadDataset } from '../data/load.ts';
import { cifar100Tar } from '../data/testing/cifar-records.ts';
import { contestant } from '../experiments/contestant.ts';
import { parseRaceResult } from '../result/results-schema.ts';
import { Race } from '../race/race.ts';
import { tinyConfig } from './testing/tiny-config.ts';

const HUNDRED = CIFAR100_CLASSES.map((_, i) => i);

async function dropped() {
  const file = fileFromBytes('cifar-100-binary.tar.gz', gzipSync(cifar100Tar()));
  return loadDataset('archive', { files: [file], environment: { cache: null } });
}

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

it('given a CIFAR-100 archive and all hundred fine classes, when raced, then networks have 100 outputs and the result 100 names', async () => {
  const data = await dropped();
  expect(data.provenance).toMatch(/^CIFAR-100 /);
  const tiny = tinyConfig([contestant('at'), contestant('arat')]);
  const config = {
    ...tiny,
    dataset: { source: 'archive' as const, classes: HUNDRED, trainSize: 200, testSize: 100 },
    optimiser: { ...tiny.optimiser, batchSize: 100, epochs: 1 },
    evaluation: { ...tiny.evaluation, n: 100 },
  };
  const race = new Race(config, data, {
    runId: 'r',
    backend: 'wasm',
    device: 'test',
    appVersion: '0',
    emit: () => {},
  });
  const result = await race.run();
  const trainers = await race.models();
  expect(trainers.map((t) => t.network.spec.classes)).toEqual([100, 100]);
  race.dispose();
  expect(result.status).toBe('complete');
  expect(result.dataset.classNames).toEqual(CIFAR100_CLASSES);
  expect(parseRaceResult(JSON.parse(JSON.stringify(result))).runs).toHaveLength(2);
  for (const { final } of result.runs) {
    const { clean, n } = final!;
    expect(n).toBe(100);
    const [low, high] = wilsonInterval(Math.round(clean * n), n);
    // After two steps the accuracy must still be compatible with chance, 1 %.
    expect(low).toBeLessThanOrEqual(0.1);
    expect(high).toBeGreaterThan(0.01);
  }
});

it('given a hundred classes, then every method trains, and a report on one of them runs every attack and check', async () => {
  const data = await dropped();
  const tiny = tinyConfig(METHOD_IDS.map((id) => contestant(id)));
  const config = {
    ...tiny,
    dataset: { source: 'archive' as const, classes: HUNDRED, trainSize: 100, testSize: 100 },
    optimiser: { ...tiny.optimiser, batchSize: 50 },
    evaluation: { ...tiny.evaluation, n: 4 },
    attack: { ...tiny.attack, steps: 1 },
  };
  const race = new Race(config, data, {
    runId: 'r',
    backend: 'wasm',
    device: 'test',
    appVersion: '0',
    emit: () => {},
  });
  const result = await race.run();
  expect(result.status).toBe('complete');
  const judged = (await race.models()).slice(-1).map(({ contestant: { label }, evaluated, logits }) => {
    const { buffers, classes } = evaluated;
    return { label, classes, buffers, logits };
  });
  expect(judged[0].classes).toBe(100);
  const options = { n: 3, seed: 0, norm: 'linf', eps: 8 / 255, depth: 'quick' } as const;
  let passes = 0;
  // The labels are the network's own answers, so that every clean image is right.
  const { images } = race.data.test;
  const model = new AttackModel(judged[0].logits, 100);
  const logits = await model.logits(
    Float32Array.from(images.subarray(0, options.n * IMAGE_BYTES), (v) => v / 255),
  );
  const labels = Uint8Array.from({ length: options.n }, (_, i) => argmax(logits, 100, i));
  const report = await robustnessReport(judged, { images, labels }, options, async (p) => {
    passes = Math.max(passes, p.done);
  });
  race.dispose();
  expect(report.complete).toBe(true);
  const correct = (attack: string) =>
    report.rows.find((r) => r.attack === attack && r.partOf === null)!.correct;
  expect(correct('clean')).toBe(options.n);
  // With 99 wrong classes, one of them is near some image.
  expect(correct('pgd-20-targeted')).toBeLessThan(options.n);
  expect(report.checks.map((c) => c.id)).toEqual(CHECKS.map((c) => c.id));
  expect(passes).toBeGreaterThan(0.9 * plannedPasses(options, 100, 1));
  expect(passes).toBeLessThanOrEqual(plannedPasses(options, 100, 1));
});

it('given three of the hundred classes, then the network has three outputs, and the classes keep their names', async () => {
  const data = await dropped();
  const tiny = tinyConfig([contestant('standard')]);
  const race = new Race(
    {
      ...tiny,
      dataset: { source: 'archive', classes: [3, 42, 99], trainSize: 6, testSize: 3 },
      optimiser: { ...tiny.optimiser, batchSize: 3, epochs: 1 },
      evaluation: { ...tiny.evaluation, n: 4 },
    },
    data,
    { runId: 'r', backend: 'wasm', device: 'test', appVersion: '0', emit: () => {} },
  );
  expect(race.data.classNames).toEqual(['bear', 'leopard', 'worm']);
  expect(new Set(race.data.train.labels)).toEqual(new Set([0, 1, 2]));
  expect((await race.models())[0].network.spec.classes).toBe(3);
  race.dispose();
});
