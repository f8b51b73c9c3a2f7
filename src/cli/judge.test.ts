import { mkdtempSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test, vi } from 'vitest';
import { initialiseBackend } from '../core/backend/backend.ts';
import { loadDataset } from '../core/data/load.ts';
import { ResNet } from '../core/nn/resnet.ts';
import { exportWeights } from '../core/nn/weights.ts';
import type { RobustnessReport } from '../core/result/stress-report.ts';
import { UsageError } from './args.ts';
import { judge } from './judge.ts';
import { judgeHelp, parseRequest } from './judge-options.ts';

describe('the options', () => {
  it('given a weight file and data, when read, then it is a first look at 200 images, and the file answers for its network', () => {
    expect(parseRequest(['w.safetensors', '--dataset', 'synthetic'])).toEqual({
      files: ['w.safetensors'],
      source: 'synthetic',
      paths: null,
      classes: null,
      n: 200,
      depth: 'look',
      norm: 'linf',
      eps: 8 / 255,
      seed: 0,
      backend: 'wasm',
      json: null,
      prefix: undefined,
      stemStride: undefined,
      input: undefined,
      bnSet: undefined,
    });
  });

  it.each([
    [['w.safetensors', '--dataset', 'train.bin', 'test.bin', '--n', '8']],
    [['--dataset', 'train.bin', '--dataset', 'test.bin', '--n', '8', 'w.safetensors']],
    [['--dataset', 'train.bin', 'test.bin', 'w.safetensors', '--n', '8']],
  ])(
    'given two files of data in %j, when read, then both are the data and the weights are the weights',
    (args) => {
      const { files, source, paths, n } = parseRequest(args);
      expect({ files, source, paths, n }).toEqual({
        files: ['w.safetensors'],
        source: 'archive',
        paths: ['train.bin', 'test.bin'],
        n: 8,
      });
    },
  );

  it('given answers about the network, when read, then they have their values', () => {
    const asked = (...args: string[]) => parseRequest(['w', '--dataset', 'here.tar.gz', ...args]);
    expect(
      asked('--mean', '0.5,0.4,0.3', '--std', '0.2,0.2,0.2', '--stem-stride', '2', '--bn', 'clean'),
    ).toMatchObject({
      source: 'archive',
      paths: ['here.tar.gz'],
      input: { kind: 'standardise', mean: [0.5, 0.4, 0.3], std: [0.2, 0.2, 0.2] },
      stemStride: 2,
      bnSet: 'clean',
    });
    expect(asked('--input-scale', '4').input).toEqual({ kind: 'scale', scale: 4 });
    expect(asked('--input-scale', '0').input).toEqual({ kind: 'none' });
    expect(asked('--network', 'init.', '--norm', 'l2')).toMatchObject({ prefix: 'init.', eps: 0.5 });
  });

  it.each([
    [[], /Usage: npm run judge/],
    [['w'], /Usage: npm run judge/],
    [['w', '--dataset', 'synthetic', '--depth', 'deep'], /--depth must be one of look, quick, autoattack/],
    [['w', '--dataset', 'synthetic', '--eps', '8'], /did you mean 8\/255\?/],
    [['w', '--dataset', 'synthetic', '--n', '0'], /--n must be a whole number from 1/],
    [['w', '--dataset', 'synthetic', '--mean', '0,0,0'], /--mean and --std need each other/],
    [['w', '--dataset', 'synthetic', '--mean', '0,0', '--std', '1,1,1'], /--mean must be three numbers/],
    [['w', '--dataset', 'synthetic', '--mean', '0,0,0', '--std', '1,0,1'], /standard deviation/],
    [
      ['w', '--dataset', 'synthetic', '--mean', '0,0,0', '--std', '1,1,1', '--input-scale', '2'],
      /exclude each other/,
    ],
    [['w', '--dataset', 'synthetic', '--input-scale', 'big'], /scale of the pixels/],
    [
      ['w', '--dataset', 'synthetic', '--stem-stride', '3'],
      /--stem-stride must be a whole number from 1 to 2/,
    ],
    [['w', '--dataset', 'synthetic', '--classes', '3'], /--classes must be/],
  ])('given the bad options %j, when read, then it throws a usage error', (args, message) => {
    expect(() => parseRequest(args)).toThrow(UsageError);
    expect(() => parseRequest(args)).toThrow(message);
  });

  it('given the help, then AutoAttack is called the standard one only with four classes or more', () => {
    const help = judgeHelp().replaceAll(/\s+/g, ' ');
    expect(help).toMatch(/the standard one with four classes or more; with fewer another loss stands in/);
    expect(help).not.toMatch(/autoattack: the standard AutoAttack/);
  });

  it('given --help, then every option is in it', () => {
    const help = judgeHelp();
    for (const name of [
      'dataset',
      'classes',
      'n',
      'depth',
      'norm',
      'eps',
      'seed',
      'network',
      'stem-stride',
      'input-scale',
      'mean',
      'std',
      'bn',
      'backend',
      'json',
    ])
      expect(help).toContain(`--${name}`);
    for (const line of help.split('\n')) expect(line.length).toBeLessThanOrEqual(125);
  });
});

interface Written {
  dataset: { classes: number[] };
  models: { label: string; sha256: string; answersAmong: number[] | null; answers: { bnSet: string } }[];
  report: RobustnessReport;
}

describe('given weight files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'arat-judge-'));
  const path = (name: string) => join(folder, name);
  beforeAll(async () => {
    await initialiseBackend('wasm');
    const spec = { width: 2, blocks: [1], stemStride: 2, inputScale: 4, splitBn: true } as const;
    for (const [name, classes] of [
      ['ten', 10],
      ['three', 3],
    ] as const) {
      const network = new ResNet({ ...spec, classes }, classes);
      writeFileSync(path(`${name}.safetensors`), await exportWeights(network));
      network.dispose();
    }
  });

  async function run(...args: string[]) {
    const said = { log: '', error: '' };
    for (const stream of ['log', 'error'] as const)
      vi.spyOn(console, stream).mockImplementation((line: string) => void (said[stream] += `${line}\n`));
    try {
      return { rc: await judge(args), ...said };
    } finally {
      vi.restoreAllMocks();
    }
  }

  test('when two are judged, then the table and the JSON have both, transfer included, and the images are the first of their classes', async () => {
    const files = [path('ten.safetensors'), path('three.safetensors')];
    const json = path('report.json');
    const { rc, log } = await run(
      ...files,
      '--dataset',
      'synthetic',
      '--classes',
      '2,5,7',
      '--n',
      '6',
      '--json',
      json,
    );
    expect(rc).toBe(0);
    for (const file of files) expect(log).toContain(`${file}\nattack`);
    expect(log).toMatch(/Clean +\d\/6/);
    expect(log).toContain(
      `${files[0]} tells 10 classes apart; it answers among the 3 classes of these images, and its other outputs are left out.`,
    );
    expect(log).not.toContain(`${files[1]} tells`);
    expect(log).toMatch(/\nTransfer, on all 6 images:\n.* on the images that PGD-20 made for .*: [\d.]+ %\n/);
    const { models, report, dataset } = JSON.parse(readFileSync(json, 'utf8')) as Written;
    expect(dataset.classes).toEqual([2, 5, 7]);
    expect(models.map((m) => m.answersAmong)).toEqual([[2, 5, 7], null]);
    expect(models[0].sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(report.complete).toBe(true);
    expect(report.transfer.map(({ from, label }) => [from, label])).toEqual([
      [files[1], files[0]],
      [files[0], files[1]],
    ]);
    const { test: set } = await loadDataset('synthetic', { environment: { cache: null } });
    expect(report.rows.every(({ n }) => n === 6)).toBe(true);
    expect(set.labels.length).toBeGreaterThan(6);
  });

  test('when the classes do not fit, then the sentence has the file’s name', async () => {
    await expect(run(path('three.safetensors'), '--dataset', 'synthetic', '--n', '4')).rejects.toThrow(
      'three.safetensors: It tells 3 classes apart, and these images have 10 classes.',
    );
  });

  test('when there is no such file, then the error says so before any data is loaded', async () => {
    await expect(run(path('none.safetensors'), '--dataset', 'nowhere.tar.gz')).rejects.toThrow(
      /There is no file .*none\.safetensors/,
    );
  });

  test('when the weights or the data have 2 GB, then one sentence says so at once', async () => {
    for (const name of ['huge.safetensors', 'data_batch_1.bin']) {
      writeFileSync(path(name), '');
      truncateSync(path(name), 2e9);
    }
    await expect(run(path('huge.safetensors'), '--dataset', 'synthetic')).rejects.toThrow(
      /^huge\.safetensors: It has 2\.0 GB, .* at most 1 GiB\.$/,
    );
    await expect(run(path('ten.safetensors'), '--dataset', path('data_batch_1.bin'))).rejects.toThrow(
      /^data_batch_1\.bin has 2\.0 GB, and a file of CIFAR has at most 1 GB; expected/,
    );
  });

  test('when the file is something else, then one sentence says what it is not', async () => {
    writeFileSync(path('text.safetensors'), 'This is not a weight file at all.');
    await expect(run(path('text.safetensors'), '--dataset', 'synthetic')).rejects.toThrow(
      /^text\.safetensors: This is not a valid safetensors file: .*\.$/,
    );
  });
});
