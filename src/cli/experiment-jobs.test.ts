import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { laneMegabytes } from '../core/experiments/memory.ts';
import { parseRequest } from './experiment-options.ts';
import { jobsFor } from './jobs.ts';
import { LaneLines } from './lane-lines.ts';

/** Two contestants, 16 training images, width 2. */
const TINY = [
  '--methods=at,arat --classes=0,1 --train-size=16 --test-size=8 --eval-size=4 --batch-size=8 --epochs=4',
  '--width=2 --attack-steps=1 --backend=wasm',
].flatMap((line) => line.split(' '));

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'jobs-'))));
afterAll(() => rmSync(folder, { recursive: true }));

const command = (...more: string[]) => ['tsx', 'src/cli/experiment.ts', ...TINY, ...more];
const run = (...more: string[]) => spawnSync('npx', command(...more), { encoding: 'utf8', timeout: 170_000 });
const withoutTimes = (path: string) =>
  readFileSync(path, 'utf8').replaceAll(/"(seconds|imagesPerSecond|finishedAt)":("[^"]*"|[^,}]*)/g, '"$1":0');

test('given one job, two, or two with a stop and --resume, then the result files are equal byte for byte except for times', async () => {
  const [one, two, cut] = ['one', 'two', 'cut'].map((name) => join(folder, `${name}.json`));
  expect(run('--jobs=1', '--out', one).status).toBe(0);
  const { status, stderr } = run('--jobs=2', '--out', two);
  expect(status).toBe(0);
  expect(stderr).toContain('2 contestants at a time');
  // Without a terminal, plain lines are printed.
  expect(stderr).not.toContain('\x1b');
  expect(withoutTimes(two)).toBe(withoutTimes(one));

  const child = spawn('node', [
    '--import',
    'tsx',
    'src/cli/experiment.ts',
    ...TINY,
    '--jobs=2',
    '--out',
    cut,
  ]);
  await new Promise<void>((resolve) => {
    child.stderr.on('data', (text: Buffer) => {
      if (/epoch 1\/4 {2}AT/.test(text.toString())) child.kill('SIGINT');
    });
    child.once('exit', () => resolve());
  });
  expect(withoutTimes(cut)).toContain('"status":"stopped"');
  expect(run('--jobs=2', '--out', cut, '--resume').status).toBe(0);
  expect(withoutTimes(cut)).toBe(withoutTimes(one));
}, 400_000);

test('given no --jobs, then there are as many jobs as cores, but no more than lanes or than fit in memory', () => {
  const { config } = parseRequest(['--preset', 'quick', '--seeds', '2']);
  const machine = { cores: 16, freeMegabytes: 100_000 };
  expect(jobsFor(config, 'wasm', undefined, machine)).toEqual({ count: 8, note: null });
  expect(jobsFor(config, 'wasm', undefined, { ...machine, cores: 2 })).toEqual({ count: 2, note: null });
  expect(jobsFor(config, 'wasm', 3, machine)).toEqual({ count: 3, note: null });
  const tight = jobsFor(config, 'wasm', undefined, {
    ...machine,
    freeMegabytes: 2.6 * laneMegabytes(config),
  });
  expect(tight).toMatchObject({
    count: 2,
    note: expect.stringMatching(/^2 of 8 contestants .* MB are free\.$/),
  });
  expect(jobsFor(config, 'wasm', undefined, { ...machine, freeMegabytes: 10 }).count).toBe(1);
  expect(jobsFor(config, 'webgpu', 4, machine)).toMatchObject({
    count: 1,
    note: expect.stringMatching(/take turns/),
  });
});

test('given a larger network or batch, then the estimate of a lane’s memory is larger', () => {
  const megabytes = (...options: string[]) => laneMegabytes(parseRequest(options).config);
  expect(megabytes('--preset', 'demo')).toBeGreaterThan(megabytes('--preset', 'quick'));
  expect(megabytes('--preset', 'quick', '--batch-size', '512')).toBeGreaterThan(
    megabytes('--preset', 'quick'),
  );
});

test('given a terminal, then each working lane has one line, updated in place, below the plain lines', () => {
  let screen = '';
  const stream = { isTTY: true, columns: 60, write: (text: string) => (screen += text) };
  const lines = new LaneLines(
    () => 6,
    stream,
    () => 0,
  );
  const progress = {
    type: 'progress',
    runId: 'r',
    epoch: 0,
    phase: 'train',
    loss: 1,
    stepsTotal: 96,
  } as const;
  const rest = { imagesPerSecond: 100, secondsLeft: 75 };
  lines.hear({ ...progress, ...rest, contestant: 'AT', step: 3, stepsDone: 3 });
  lines.hear({ ...progress, ...rest, contestant: 'ARAT', step: 2, stepsDone: 5 });
  expect(screen.split('\x1b[2A\r\x1b[J')[1]).toBe(
    'ARAT: epoch 1/6, step 2, loss 1.0000\nAT: epoch 1/6, step 3, loss 1.0000\n5 of 96 steps, 100 images/s, 1 min 15 s left\n',
  );
  screen = '';
  lines.say('epoch 1/6  AT');
  expect(screen.startsWith('\x1b[3A\r\x1b[Jepoch 1/6  AT\nARAT: ')).toBe(true);
  screen = '';
  lines.end();
  expect(screen).toBe('\x1b[3A\r\x1b[J');
});
