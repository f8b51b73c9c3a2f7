import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { longestTasks } from './main-thread.ts';
import { entry, median, printEntry } from './report.ts';

const place = { name: 'webgpu', backend: 'webgpu', adapter: 'some adapter' };

test('given values in any order, when their median is taken, then it is the middle one or the mean of the two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(() => median([])).toThrow('no values');
});

test('given less and more as the better, when compared, then above 1 means that ours is better', () => {
  const reference = { value: 100, name: 'theirs' };
  expect(entry(place, 'time', 'ms', 'less', 50, reference).ratio).toBe(2);
  expect(entry(place, 'speed', 'images/s', 'more', 50, reference).ratio).toBe(0.5);
  expect(entry(place, 'allocated', 'bytes', 'less', 0, { value: 0, name: 'theirs' }).ratio).toBe(1);
  expect(entry(place, 'allocated', 'bytes', 'less', 0, reference).ratio).toBeNull();
  expect(entry(place, 'time', 'ms', 'less', 50)).toMatchObject({
    reference: null,
    referenceName: null,
    ratio: null,
  });
});

test('given an entry, when it is printed, then figure, reference and ratio stand on one line', () => {
  const e = entry(place, 'time', 'ms', 'less', 12.345, { value: 1234.5, name: 'theirs' });
  expect(printEntry(e)).toBe('  time: 12.3 ms   theirs: 1,230   ratio 100');
});

test('given a trace, when the main thread is read, then its longest task counts by the clock and by the processor', () => {
  const task = (tid: number, dur: number, tdur: number) => ({
    ...{ name: 'ThreadControllerImpl::RunTask', ph: 'X', pid: 7, tid },
    dur,
    tdur,
  });
  const named = (tid: number, name: string) => ({
    name: 'thread_name',
    ph: 'M',
    pid: 7,
    tid,
    args: { name },
  });
  const trace = (traceEvents: object[]) => Buffer.from(JSON.stringify({ traceEvents }));
  const main = [named(1, 'CrRendererMain'), task(1, 90_000, 4000), task(1, 30_000, 25_000)];
  const worker = [named(2, 'DedicatedWorker thread'), task(2, 900_000, 900_000)];
  expect(longestTasks(trace([...main, ...worker]))).toEqual({ wallMs: 90, cpuMs: 25 });
  expect(() => longestTasks(trace(worker))).toThrow('no task of a main thread');
});

test.each([
  [
    ['--only', 'nothing'],
    'Unknown part nothing: there are webgpu, wasm-browser, wasm-node, race, growth, page.',
  ],
  [['--batch', '1'], '--batch must be a whole number from 2 to 1024, not "1".'],
  [
    ['--before', '/nowhere'],
    '--before /nowhere holds no built page: name the dist folder of another version.',
  ],
  [['--fast'], "Unknown option '--fast'"],
])(
  'given the options %j, when it is called, then it says why in one line and exits with 2',
  (options, why) => {
    const { status, stderr } = spawnSync('npx', ['--no-install', 'tsx', 'bench/main.ts', ...options], {
      encoding: 'utf8',
    });
    expect(status).toBe(2);
    const said = stderr.split('\n').filter((line) => line && !line.startsWith('npm warn'));
    expect(said).toEqual([expect.stringContaining(why)]);
  },
);
