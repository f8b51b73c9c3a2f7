import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { candidates, initialiseBackend } from './backend.ts';
import { registerCompositions, registerFastKernels } from './kernels/register.ts';
import { readsReject } from '../testing/faults.ts';
import { selfTest } from './self-test.ts';
import { isSoftwareAdapter } from './start/software-adapter.ts';

test('given a browser or Node, when candidates are listed, then the chosen backend is first and slower ones follow', () => {
  expect(candidates('auto', false)).toEqual(['webgpu', 'webgl', 'wasm', 'cpu']);
  expect(candidates('auto', true)).toEqual(['wasm', 'cpu']);
  expect(candidates('webgpu', true)).toEqual(['webgpu', 'wasm', 'cpu']);
  expect(candidates('cpu', false)).toEqual(['cpu']);
});

test.each([
  ['google swiftshader SwiftShader Device (Subzero)', true],
  ['ANGLE (Google, Vulkan 1.3.0 (SwiftShader Device (Subzero) (0x0000C0DE)), SwiftShader driver)', true],
  ['llvmpipe (LLVM 15.0.6, 256 bits)', true],
  ['ANGLE (Microsoft, Microsoft Basic Render Driver Direct3D11)', true],
  ['nvidia ampere', false],
  ['Apple M2', false],
  ['ANGLE (Intel, Mesa Intel(R) Xe Graphics)', false],
])('given the adapter "%s", then isSoftwareAdapter is %s', (name, software) => {
  expect(isSoftwareAdapter(name)).toBe(software);
});

test.each(['wasm', 'cpu'] as const)(
  'given Node, when %s is initialised, then it passes its self-test and leaves no tensors',
  async (name) => {
    const started = await initialiseBackend(name);
    expect(started.backend).toBe(name);
    expect(tf.getBackend()).toBe(name);
    expect(started.warnings).toEqual([]);
    expect(started.gflops).toBeGreaterThan(0);
    const before = tf.memory().numTensors;
    await selfTest();
    expect(tf.memory().numTensors).toBe(before);
  },
);

test('given Node, when a backend that needs a browser is asked for, then WASM runs and a warning says why', async () => {
  const started = await initialiseBackend('webgl');
  expect(started.backend).toBe('wasm');
  expect(started.warnings.join(' ')).toContain('no WebGL');
});

test('given a kernel that returns wrong numbers, when self-tested, then the failure names it', async () => {
  await initialiseBackend('cpu');
  registerFastKernels('cpu', {
    conv2dFilterGrad: ({ attrs }) => tf.fill(attrs.filterShape, 0.1),
    pgdStep: ({ inputs }) => tf.clone(inputs.x as tf.Tensor),
    randomStart: ({ attrs }) => tf.randomUniform(attrs.shape, -1, 1, 'float32', 1),
  });
  const { failures } = await selfTest();
  registerCompositions('cpu');
  expect(failures.join('; ')).toContain('filter gradient');
  expect(failures.join('; ')).toContain('attack step');
  expect(failures.join('; ')).toContain('uniform random start');
  expect((await selfTest()).failures).toEqual([]);
});

test('given a WASM instance that cannot compute any more, when WASM is started again, then a new instance replaces it', async () => {
  await initialiseBackend('wasm');
  const broken = tf.backend();
  readsReject('memory access out of bounds');
  const again = await initialiseBackend('wasm');
  expect(again).toMatchObject({ backend: 'wasm', warnings: [] });
  expect(tf.backend()).not.toBe(broken);
  const whole = tf.backend();
  await initialiseBackend('wasm');
  expect(tf.backend()).toBe(whole);
});
