import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parseRequest } from '../src/cli/experiment-options.ts';
import { laneCounts } from './parts/race.ts';
import { ourRace, pytorchRace, readTimes } from './races.ts';

/** One contestant, 16 training images, width 2. */
const TINY = [
  '--methods=at --classes=0,1 --train-size=16 --test-size=8 --eval-size=4 --batch-size=8 --epochs=1',
  '--width=2 --attack-steps=1 --eval-steps=1',
].flatMap((line) => line.split(' '));

const python = process.env.PYTORCH_PYTHON ?? 'python3';
const hasTorch = spawnSync(python, ['-c', 'import torch, numpy']).status === 0;
if (!hasTorch) console.log(`Skipped: the race in PyTorch, which ${python} does not have.`);

test('given a number of cores, when races are planned, then lanes double from one up to the four contestants', () => {
  expect([1, 2, 3, 4, 16].map(laneCounts)).toEqual([[1], [1, 2], [1, 2], [1, 2, 4], [1, 2, 4]]);
});

test('given what a shell says of its times, when it is read, then user and system time of its children are added', () => {
  expect(readTimes('{"device": "x"}\n0m0.01s 0m0.02s\n1m2.50s 0m3.25s\n')).toBe(65.75);
  expect(() => readTimes('no times')).toThrow('said: no times');
});

test('given an experiment, when it is raced by our command, then it is timed and says what was reached, and where', async () => {
  const { seconds, cpuSeconds, device, robust } = await ourRace(TINY, 1);
  expect(seconds).toBeGreaterThan(0);
  expect(cpuSeconds).toBeGreaterThan(0);
  expect(device).toMatch(/^WebAssembly/);
  expect(Object.keys(robust)).toEqual(['AT']);
}, 60_000);

test('given an option that the command does not know, when it is raced, then its last words are the reason', async () => {
  await expect(ourRace([...TINY, '--no-such-option'], 1)).rejects.toThrow(
    /ended with code 2: .*no-such-option/,
  );
}, 60_000);

test.skipIf(!hasTorch)(
  'given the same experiment, when PyTorch races it, then it uses the threads asked for and says its version',
  async () => {
    const { config } = parseRequest(TINY);
    const { seconds, cpuSeconds, device, robust } = await pytorchRace(python, config, 2);
    expect(seconds).toBeGreaterThan(0);
    expect(cpuSeconds).toBeGreaterThan(0);
    expect(device).toMatch(/^PyTorch \S+ on 1 process, CPU, 2 threads each$/);
    expect(Object.keys(robust)).toEqual(['AT']);
  },
  60_000,
);
