import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import { loseDevice } from '../testing/faults.ts';
import { initialiseBackend } from './backend.ts';
import { deviceFault } from './device-fault.ts';
import { KERNEL_CASES, relativeError, runCase, TOLERANCE } from './kernels/kernel-cases.ts';
import { selfTest } from './self-test.ts';

describe('in a browser', () => {
  test('given a software WebGPU adapter, when WebGPU is asked for, then it runs, passes its self-test and is reported as software', async () => {
    const started = await initialiseBackend('webgpu');
    expect(started.backend).toBe('webgpu');
    expect(started.device).toMatch(/swiftshader/i);
    expect(started.warnings.join(' ')).toContain('software adapter');
    const before = tf.memory().numTensors;
    expect((await selfTest()).failures).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('given a WebGPU device that is destroyed, then the loss is reported unless another device has replaced it, and another start works', async () => {
    let reason = '';
    const onLost = (r: string) => (reason = r);
    await initialiseBackend('webgpu', { onLost });
    const { device: replaced } = tf.backend() as unknown as { device: GPUDevice };
    await initialiseBackend('webgpu', { onLost });
    replaced.destroy();
    await replaced.lost;
    expect(reason).toBe('');
    await loseDevice();
    await vi.waitFor(() => expect(reason).toMatch(/The GPU device was lost/));
    expect(await deviceFault()).not.toBeNull();
    expect((await initialiseBackend('webgpu')).backend).toBe('webgpu');
  });

  test('given a WebGL context that is lost twice, then each loss is reported and another start works', async () => {
    for (let time = 0; time < 2; time++) {
      let reason = '';
      const started = await initialiseBackend('webgl', { onLost: (r) => (reason = r) });
      expect(started.backend).toBe('webgl');
      await loseDevice();
      await vi.waitFor(() => expect(reason).toMatch(/took the WebGL context away/));
      expect(await deviceFault()).not.toBeNull();
    }
    expect((await initialiseBackend('webgl')).backend).toBe('webgl');
    expect((await selfTest()).failures).toEqual([]);
  });

  test('given only software adapters, when started with auto, then WASM runs and the warnings say why', async () => {
    const started = await initialiseBackend('auto');
    expect(started.backend).toBe('wasm');
    expect(started.warnings.join(' ')).toMatch(/webgpu backend was passed over: its adapter is software/);
    expect(started.warnings.join(' ')).toMatch(/webgl backend was passed over/);
  });

  test('given WASM in a browser, when every kernel case runs, then it agrees with the composition of stock ops', async () => {
    await initialiseBackend('wasm');
    for (const c of KERNEL_CASES) {
      for (const { got, expected } of await runCase(c)) {
        expect(relativeError(got, expected), `${c.key} ${c.what}`).toBeLessThan(TOLERANCE);
      }
    }
  });
});
