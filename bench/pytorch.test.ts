import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Sample } from './engine/tasks.ts';
import { PYTHON } from '../scale/testing/python.ts';
import { pytorchEntries } from './parts/beside-pytorch.ts';
import { pytorchArguments, readAnswer, startPyTorch, whyItEnded } from './pytorch.ts';

const SIZE = { width: 32, batch: 8, attackSteps: 5 };
const place = { name: 'webgpu', backend: 'webgpu (Node)', adapter: 'some adapter' };
const took = (ms: number): Sample => ({
  ...{ ms, jsMs: 0, cpuMs: 0 },
  ...{ dispatches: 0, submits: 0, gpuBytesAllocated: 0, gpuBytesWritten: 0 },
});

test('given repetitions in two settings, when they are reported, then each has an entry with its name and ratio', () => {
  const theirs = new Map([
    ['', [30, 10, 20]],
    ['TF32', [5, 5, 5]],
  ]);
  const measured = { work: 'aratStep', steps: 1, ours: [9, 10, 99].map(took), theirs } as const;
  const common = {
    ...place,
    metric: 'ARAT step (PGD-5), batch 8, time, beside PyTorch',
    unit: 'ms',
    ours: 10,
  };
  expect(pytorchEntries(place, 'PyTorch 9, some GPU', 8, measured)).toEqual([
    { ...common, reference: 20, referenceName: 'PyTorch 9, some GPU', ratio: 2 },
    { ...common, reference: 5, referenceName: 'PyTorch 9, some GPU, TF32', ratio: 0.5 },
  ]);
  const [inARow] = pytorchEntries(place, 'PyTorch 9', 8, { ...measured, steps: 10 });
  expect(inARow.metric).toBe('ARAT step (PGD-5), batch 8, time, 10 in a row, beside PyTorch');
});

test('given a size, when PyTorch is asked for it, then its options are the demo network at that size on one thread', () => {
  const options = pytorchArguments('cpu', { ...SIZE, width: 16 });
  expect(options).toEqual(
    expect.arrayContaining(['--serve', '--device=cpu', '--threads=1', '--width=16', '--batch=8']),
  );
  expect(options).toEqual(
    expect.arrayContaining([
      '--blocks=1,1,1',
      '--stem-stride=2',
      '--input-scale=4',
      '--classes=4',
      '--attack-steps=5',
      `--eps=${8 / 255}`,
    ]),
  );
});

test("given a Python's last words, when it has ended, then the reason is one line with the error itself", () => {
  const traceback =
    'Traceback (most recent call last):\n  File "x.py", line 1\nModuleNotFoundError: No module named \'torch\'\n';
  expect(whyItEnded('python3', 'ended with code 1', traceback)).toBe(
    "python3 ended with code 1: ModuleNotFoundError: No module named 'torch'",
  );
  expect(whyItEnded('python3', 'ended with code 9', '')).toBe('python3 ended with code 9');
});

test('given an answer, when it is read, then figures come back, and errors and anything but JSON are thrown', () => {
  expect(readAnswer('{"ms": [1.5, 2]}')).toEqual({ ms: [1.5, 2] });
  expect(() => readAnswer('{"error": "RuntimeError: out of memory"}')).toThrow(
    'PyTorch: RuntimeError: out of memory',
  );
  expect(() => readAnswer('warning: something')).toThrow('said: warning: something');
});

test('given no such Python, when PyTorch is started, then it says so in one sentence', async () => {
  await expect(startPyTorch('/nowhere/python3', 'cpu', SIZE)).rejects.toThrow(
    '/nowhere/python3 did not start: spawn /nowhere/python3 ENOENT',
  );
});

test('given a program that ends at once, when PyTorch is started with it, then its last words are the reason', async () => {
  // Any program that refuses Python's options: Node does, and is surely here.
  const { stderr } = spawnSync(process.execPath, ['-B'], { encoding: 'utf8' });
  const lastWords = stderr.trim().split('\n').at(-1)!.trim();
  await expect(startPyTorch(process.execPath, 'cpu', SIZE)).rejects.toThrow(
    `ended with code 9: ${lastWords}`,
  );
});

/** `PYTORCH_PYTHON=/path/to/python npm run test:unit` where the Python of scale/'s tests has no PyTorch. */
const python = process.env.PYTORCH_PYTHON ?? PYTHON;
const hasTorch = spawnSync(python, ['-c', 'import torch, numpy']).status === 0;
const reference = join(process.env.ARAT_SHARED ?? '../shared', 'fixtures', 'reference-a');
if (!hasTorch) console.log(`Skipped: what needs PyTorch, which ${python} does not have.`);
else if (!existsSync(reference)) console.log(`Skipped: the check against ${reference}, which is absent.`);

test.skipIf(!hasTorch)('given PyTorch, when it is asked for steps, then it times them', async () => {
  const pytorch = await startPyTorch(python, 'cpu', { width: 8, batch: 2, attackSteps: 1 });
  expect(pytorch.name).toMatch(/^PyTorch \S+ eager, CPU, 1 thread$/);
  expect(pytorch.settings).toEqual(['']);
  for (const work of ['aratStep', 'pgdStep', 'forwardBackward'] as const) {
    const ms = await pytorch.measure(work, 2, 3, '');
    expect(ms).toHaveLength(2);
    expect(Math.min(...ms)).toBeGreaterThan(0);
  }
  await expect(pytorch.measure('nothing' as 'aratStep', 1, 1, '')).rejects.toThrow(
    "PyTorch: KeyError: 'nothing'",
  );
  pytorch.end();
});

test.skipIf(!hasTorch || !existsSync(reference))(
  "given the official code's numbers, when the PyTorch step is checked, then it computes the same",
  () => {
    const checked = spawnSync(python, ['-B', 'bench/pytorch/arat_step.py', '--check', reference], {
      encoding: 'utf8',
    });
    expect(checked.stdout).toMatch(/^ok {3}arat .*gradients/m);
    expect(checked.stdout).not.toContain('FAIL');
    expect(checked.status).toBe(0);
  },
);
