import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contestant } from '../../src/core/experiments/contestant.ts';
import { PRESETS } from '../../src/core/experiments/presets.ts';
import { parseRaceResult } from '../../src/core/result/results-schema.ts';
import { DEFAULT_SWITCHES, type ExperimentConfig } from '../../src/core/settings/config.ts';
import { python, WHY_NOT } from './python.ts';

if (WHY_NOT !== null) console.log(WHY_NOT);

const PATIENCE = 600_000;
const folder = () => mkdtempSync(join(tmpdir(), 'scale-'));

test.skipIf(WHY_NOT !== null)(
  "given CIFAR's binary and Python archives, when read, then both give the same images; a bad one gives one sentence",
  async () => {
    const { stdout, stderr } = await python(['-m', 'scale.testing.make_archives', folder()]);
    expect(stderr).toBe('');
    const read = JSON.parse(stdout) as Record<string, unknown> & { forms: Record<string, unknown> };
    const images = [
      [3, 0, 9],
      [3, 0, 9],
      [
        [1, 100, 200],
        [2, 100, 200],
      ],
    ];
    const words = '3 training and 3 test images';
    expect(read.binary).toEqual([...images, `CIFAR-10 from binary.tar.gz: ${words}`]);
    expect(read.python).toEqual([...images, `CIFAR-10 from python.tar.gz: ${words}`]);
    expect(read.short).toContain('data_batch_1.bin has 9218 bytes, which is no multiple of the 3073 bytes');
    expect(read.harmful).toMatch(/asks for (posix|nt)\.getcwd, which CIFAR's files do not contain/);
    expect(read.nothing).toContain('nothing.tar.gz holds no images of CIFAR');
    expect(read.absent).toContain('absent.tar.gz does not exist');

    // Other forms, told by their content: folders as torchvision leaves them, zip, gzipped files, unusual names.
    const hundred = [[99, 0, 9], [99, 0, 9], images[2]];
    expect(read.forms).toEqual({
      data: [...images, `CIFAR-10 from data: ${words}`],
      both: expect.stringContaining('data_batch_1 and test, of CIFAR-10 and CIFAR-100: name one') as string,
      'renamed.tar.gz': [...hundred, `CIFAR-100 from renamed.tar.gz: ${words}`],
      hundred: [...hundred, `CIFAR-100 from hundred: ${words}`],
      'binary-hundred.tar.gz': [...hundred, `CIFAR-100 from binary-hundred.tar.gz: ${words}`],
      'ten-as-train.tar.gz': [...images, `CIFAR-10 from ten-as-train.tar.gz: ${words}`],
      'zipped.zip': [...images, `CIFAR-10 from zipped.zip: ${words}`],
      'cut.tar.gz': expect.stringContaining('data_batch_1 is a damaged pickle') as string,
    });
  },
  PATIENCE,
);

const { demo, quick } = PRESETS;
const TINY: ExperimentConfig = {
  ...quick,
  dataset: { ...demo.dataset, trainSize: 64, testSize: 8 },
  network: { ...quick.network, width: 2, blocks: [1] },
  attack: { ...quick.attack, steps: 1 },
  evaluation: { ...quick.evaluation, steps: 1, n: 8 },
  optimiser: { ...quick.optimiser, batchSize: 8, epochs: 1 },
  contestants: [contestant('at', {}, DEFAULT_SWITCHES)],
};

const train = (config: ExperimentConfig, out: string, ...more: string[]) => {
  const file = join(out, 'experiment.json');
  writeFileSync(file, JSON.stringify(config));
  return python(['-m', 'scale.train', file, '--out', join(out, 'results'), ...more]);
};

test.skipIf(WHY_NOT !== null)(
  'given settings that cannot be trained, when started, then one line says why and the exit code is 2',
  async () => {
    const start = { file: 'mine.safetensors', sha256: '0'.repeat(64), prefix: '' };
    const [noData, newer, started] = await Promise.all([
      train({ ...TINY, dataset: { ...TINY.dataset, source: 'cifar10' } }, folder()),
      train({ ...TINY, version: 2 as 1 }, folder()),
      train({ ...TINY, start }, folder()),
    ]);
    expect([noData.status, newer.status, started.status]).toEqual([2, 2, 2]);
    expect(started.stderr).toMatch(/start: .* trains from random weights only\..*\n$/);
    expect(noData.stderr).toBe('This experiment trains on CIFAR images: give their archive with --data.\n');
    expect(newer.stderr).toBe("The experiment's settings are not valid: version: expected 1, found 2.\n");
  },
  PATIENCE,
);

test.skipIf(WHY_NOT !== null)(
  'given a contestant that diverges beside one in bfloat16 that does not, then its run says so and the other is complete',
  async () => {
    const out = folder();
    const contestants = [
      contestant('arat', { invarianceWeight: 1000, stopGradient: false, metric: 'mse' }, DEFAULT_SWITCHES),
      contestant('standard', {}, DEFAULT_SWITCHES),
    ];
    const optimiser = { ...TINY.optimiser, learningRate: 10, schedule: 'constant', momentum: 0.999 } as const;
    const { status } = await train({ ...TINY, contestants, optimiser }, out, '--precision', 'bfloat16');
    expect(status).toBe(0);
    const result = parseRaceResult(JSON.parse(readFileSync(join(out, 'results/result.json'), 'utf8')));
    const [diverged, other] = result.runs;
    expect(diverged.failure).toMatch(/diverged.*Lower the learning rate/);
    expect(diverged.final).toBe(null);
    expect(other.failure).toBeUndefined();
    expect(other.final?.n).toBe(8);
    expect(result.scale?.precision).toBe('bfloat16');
  },
  PATIENCE,
);
