import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { cifar100Tar } from '../core/data/testing/cifar-records.ts';
import { readSafetensors } from '../core/nn/safetensors.ts';
import { parseRaceResult } from '../core/result/results-schema.ts';
import { UsageError } from './args.ts';
import type { RaceCheckpoint } from '../core/race/race-checkpoint.ts';
import { checkArithmetic, checkpointPath, readCheckpoint } from './experiment-checkpoint.ts';
import { parseRequest } from './experiment-options.ts';
import { table } from './result-table.ts';

/** Two classes, 16 training images, width 2. */
const TINY = [
  '--methods=at --classes=0,1 --train-size=16 --test-size=8 --eval-size=4 --batch-size=8 --epochs=1',
  '--width=2 --attack-steps=1 --backend=wasm',
].flatMap((line) => line.split(' '));

const run = (args: string[]) =>
  spawnSync('npx', ['tsx', 'src/cli/experiment.ts', ...args], { encoding: 'utf8', timeout: 120_000 });

test('given options, when read, then only the settings they name differ from the preset', () => {
  const plain = parseRequest(['--preset', 'demo']);
  const { config } = parseRequest([
    ...[
      '--preset',
      'demo',
      '--methods',
      'at,arat[stopGradient=off]',
      '--train-size',
      '100',
      '--eval-size',
      '50',
    ],
    ...['--conflict-every', '0', '--width', '8', '--precision', 'float16'],
  ]);
  expect(config).toEqual({
    ...plain.config,
    dataset: { ...plain.config.dataset, trainSize: 100 },
    network: { ...plain.config.network, width: 8 },
    evaluation: { ...plain.config.evaluation, n: 50 },
    conflictEvery: 0,
    precision: 'float16',
    contestants: config.contestants,
  });
  expect(config.contestants.map((c) => c.label)).toEqual(['AT', 'ARAT, no stop-gradient']);
});

test.each([
  [['--preset', 'huge'], /--preset must be one of/],
  [['--epochs', '0'], /--epochs must be a whole number/],
  [['--epochs', '1.5'], /--epochs/],
  [['--methods', 'nat'], /Unknown method "nat"/],
  [['--methods', 'arat[colour=red]'], /no switch "colour"/],
  [['--seeds', '0'], /--seeds must be a whole number/],
  [['--line-up', 'ladders'], /--line-up must be one of race, ladder/],
  [['--line-up', 'ladder', '--methods', 'at'], /exclude each other/],
  [['--nonsense'], /nonsense/],
  [['--start-network', 'module.'], /--start-network chooses a network of the file that --start names/],
  [['--weights', 'w', '--seeds', '2'], /--weights keeps the models of one seed/],
  [['--resume'], /--resume needs the --out/],
  [['--resume', '--overwrite', '--out', 'r.json'], /exclude each other/],
  [['--backend', 'cuda'], /--backend/],
  [['--precision', 'bf16'], /--precision must be one of float32, float16/],
])('given the bad options %j, when read, then it throws a usage error of one line', (args, message) => {
  const attempt = () => parseRequest(args);
  expect(attempt).toThrow(UsageError);
  expect(attempt).toThrow(message);
  expect(attempt).not.toThrow(/\n/);
});

test('given classes with a range, when read, then all classes of the range are in it', () => {
  const classes = (text: string) => parseRequest(['--classes', text]).config.dataset.classes;
  expect(classes('0-99')).toHaveLength(100);
  expect(classes('1,3-5')).toEqual([1, 3, 4, 5]);
});

test('given --seeds and --line-up, when read, then the race has these repeats and the contestants of the line-up', () => {
  const { config } = parseRequest(['--preset', 'official', '--seeds', '3', '--line-up', 'ladder']);
  expect(config.repeats).toBe(3);
  expect(config.contestants.map((c) => c.label).at(-1)).toBe('ARAT');
  expect(config.contestants.every((c) => c.switches.invarianceWeight === 30)).toBe(true);
});

test('given a result over seeds, then the table has one row per contestant with mean ± deviation and names the seeds', () => {
  const final = { robust: 0.25, n: 8, attack: 'PGD-1, seed 5' };
  const rest = { curves: [], gradientConflict: [], bn: [], imagesPerSecond: 1, seconds: 1 };
  const { config } = parseRequest(['--methods', 'at', '--seeds', '2', '--seed', '5']);
  const text = table({
    version: 1,
    config,
    backend: 'wasm',
    device: '',
    dataset: { provenance: '', classNames: [] },
    status: 'complete',
    finishedAt: '2026-01-01T00:00:00.000Z',
    appVersion: '0',
    runs: [0.5, 0.6].map((clean, i) => ({
      ...config.contestants[0],
      ...rest,
      seed: 5 + i,
      final: { ...final, clean },
    })),
  });
  expect(text.split('\n')[1]).toMatch(/^AT +55\.0 ± 7\.1 +25\.0 ± 0\.0 /);
  expect(text).toContain('seed of each run');
  expect(text).toContain('over 2 seeds: 5, 6');
});

test('given a bad option, when run, then it prints one line on standard error and exits with 2', () => {
  const { status, stdout, stderr } = run(['--epochs', 'many']);
  expect(status).toBe(2);
  expect(stdout).toBe('');
  expect(stderr.split('\n').filter((l) => l.startsWith('--epochs'))).toHaveLength(1);
});

test('given a tiny experiment, when run, then it prints a table and writes a valid result with the given sizes', () => {
  const folder = mkdtempSync(join(tmpdir(), 'experiment-'));
  try {
    const out = join(folder, 'r.json');
    const { status, stdout, stderr } = run([...TINY, '--out', out]);
    expect(stderr).toMatch(/estimates after each epoch on the first 4 test images, robust under PGD-\d+\n/);
    expect(stderr).toMatch(/epoch 1\/1 {2}AT: clean/);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^method/);
    const result = parseRaceResult(JSON.parse(readFileSync(out, 'utf8')));
    expect(result.backend).toBe('wasm');
    expect(result.runs[0].final?.n).toBe(8);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('given the weights of one experiment, when another starts from them, then it begins as good as they are and its result names them; a wider one is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'experiment-'));
  try {
    const [one, two] = ['one.json', 'two.json'].map((name) => join(folder, name));
    const result = (out: string) => parseRaceResult(JSON.parse(readFileSync(out, 'utf8')));
    const sized = [...TINY, '--eval-size=8'];
    expect(run([...sized, '--out', one, '--weights', folder]).status).toBe(0);
    const file = readdirSync(folder).find((name) => name.endsWith('.safetensors'))!;
    const start = ['--start', join(folder, file)];
    expect(run([...sized, ...start, '--out', two]).status).toBe(0);
    expect(result(two).config.start).toMatchObject({ file, prefix: '' });
    expect(result(two).runs[0].curves[0].clean).toBe(result(one).runs[0].final!.clean);
    const wider = run([...sized, ...start, '--width=3']);
    expect(wider.status).toBe(2);
    expect(wider.stderr).toContain('width 2 in the file, 3 in the settings');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('given a CIFAR-100 archive, when run, then all hundred classes can be trained; of data with ten classes, class 42 is refused', () => {
  const folder = mkdtempSync(join(tmpdir(), 'experiment-'));
  const [archive, out] = ['cifar-100-binary.tar.gz', 'r.json'].map((name) => join(folder, name));
  const hundred = ['--classes=0-99', '--train-size=100', '--test-size=100', '--batch-size=50'];
  try {
    writeFileSync(archive, gzipSync(cifar100Tar()));
    const { status, stderr } = run([...TINY, ...hundred, '--dataset', archive, '--out', out]);
    expect(stderr).toMatch(/epoch 1\/1 {2}AT: clean/);
    expect(status).toBe(0);
    const { dataset, config, runs } = parseRaceResult(JSON.parse(readFileSync(out, 'utf8')));
    expect(dataset.provenance).toMatch(/^CIFAR-100 /);
    expect(dataset.classNames).toHaveLength(100);
    expect(config.dataset.classes).toHaveLength(100);
    expect(runs[0].final?.n).toBe(100);

    const ten = run([...TINY, '--classes=0,42', '--dataset', 'synthetic']);
    expect(ten.status).not.toBe(0);
    expect(ten.stderr).toMatch(/[Cc]lass(es)? .*42/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('given an experiment stopped half-way, when resumed, then its curves are those of one never stopped; with another arithmetic it is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'experiment-'));
  const [whole, cut] = [join(folder, 'whole.json'), join(folder, 'cut.json')];
  const options = [...TINY, '--epochs=12', '--seeds=2'];
  const curves = (path: string) =>
    parseRaceResult(JSON.parse(readFileSync(path, 'utf8'))).runs.map((r) => r.curves);
  try {
    expect(run([...options, '--out', whole]).status).toBe(0);
    const child = spawn(process.execPath, [
      '--import',
      'tsx',
      'src/cli/experiment.ts',
      ...options,
      '--out',
      cut,
    ]);
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (text: Buffer) => {
        if (text.toString().includes('seed 1  epoch 1/12')) child.kill('SIGTERM');
      });
      child.once('exit', () => resolve());
    });
    const { status, arithmetic } = parseRaceResult(JSON.parse(readFileSync(cut, 'utf8')));
    expect([status, arithmetic]).toEqual(['stopped', 'wasm-fused']);
    const other = run([...options, '--out', cut, '--resume', '--no-relaxed-simd']);
    expect([other.status, other.stderr]).toEqual([
      2,
      expect.stringMatching(
        /^--resume: .*differ in the last digits: leave out --no-relaxed-simd to resume, or .*\.\n$/,
      ),
    ]);
    expect(run([...options, '--out', cut, '--resume']).status).toBe(0);
    expect(curves(cut)).toEqual(curves(whole));
    expect(existsSync(checkpointPath(cut))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ['no kept state', null, /there is no .*checkpoint to resume from/],
  ['a file that is something else', 'PK', /is not the state of an experiment/],
])('given --resume and %s, when read, then a usage error says what to do', async (_, content, message) => {
  const folder = mkdtempSync(join(tmpdir(), 'experiment-'));
  const out = join(folder, 'r.json');
  try {
    if (content !== null) writeFileSync(checkpointPath(out), content);
    await expect(readCheckpoint(out)).rejects.toThrow(message);
    await expect(readCheckpoint(out)).rejects.toThrow(UsageError);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ['wasm-separate', 'wasm-fused', 'add --no-relaxed-simd to resume'],
  ['cpu', 'wasm-fused', 'add --backend cpu to resume'],
  ['wasm-fused', 'cpu', 'add --backend wasm to resume'],
  ['wasm-stock', 'wasm-fused', 'resume on a machine that has it'],
  ['toString', 'cpu', 'with “toString”'],
] as const)(
  'given a state computed with %s, when resumed with %s, then a usage error says what to do',
  (kept, now, how) => {
    const check = () => checkArithmetic('r.json', { arithmetic: kept } as unknown as RaceCheckpoint, now);
    expect(check).toThrow(UsageError);
    expect(check).toThrow(how);
  },
);

test.each([undefined, 'wasm-fused'])(
  'given a state whose arithmetic is %s, when resumed with wasm-fused, then it is accepted',
  (arithmetic) => {
    expect(() => checkArithmetic('r.json', { arithmetic } as RaceCheckpoint, 'wasm-fused')).not.toThrow();
  },
);

const WILD = 'arat[invarianceWeight=1000,metric=mse]';
const LONGER = [...TINY.filter((o) => !/^--(methods|train-size)/.test(o)), '--train-size=64'];

test('given two contestants of which one diverges, when run, then it exits with 0 and says once which one failed', () => {
  const { status, stdout, stderr } = run([...LONGER, `--methods=at,${WILD}`]);
  expect([status, stderr.match(/diverged/g)?.length]).toEqual([0, 1]);
  expect(stdout).toMatch(/^ARAT, invariance weight 1000, MSE .*diverged/m);
});

test('given one contestant that diverges, when run, then it exits with 1, says so once and leaves no state', () => {
  const folder = mkdtempSync(join(tmpdir(), 'arat-wild-'));
  const out = join(folder, 'r.json');
  try {
    const { status, stderr } = run([...LONGER, `--methods=${WILD}`, '--out', out]);
    expect([status, stderr.match(/diverged/g)?.length]).toEqual([1, 1]);
    expect(stderr).toContain('change the settings');
    expect(stderr).not.toContain('--resume');
    expect(existsSync(checkpointPath(out))).toBe(false);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('given --weights, when two contestants have trained side by side, then its folder has the network of each', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'arat-weights-')), 'models');
  const methods = '--methods=at,arat[splitBn=off]';
  const { status, stderr } = run([...TINY.slice(1), methods, '--dataset=synthetic', '--weights', folder]);
  expect(stderr).not.toContain('not in memory');
  expect(status).toBe(0);
  expect(readdirSync(folder).sort()).toEqual([
    'arat-splitBn-off.predictors.safetensors',
    'arat-splitBn-off.safetensors',
    'at.safetensors',
  ]);
  const [first, second] = ['at', 'arat-splitBn-off'].map((name) =>
    readSafetensors(readFileSync(join(folder, `${name}.safetensors`))),
  );
  expect(first.get('linear.weight')!.shape[0]).toBe(2);
  expect(first.get('linear.weight')!.data).not.toEqual(second.get('linear.weight')!.data);
});
