import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { initialiseBackend } from './backend.ts';
import { KERNEL_CASES, relativeError, runCase, TOLERANCE } from './kernels/kernel-cases.ts';
import { selfTest } from './self-test.ts';

describe('in a browser', () => {
  test('given a software WebGPU adapter, when it is asked for by name, then it runs, proves itself and is called software', async () => {
    const started = await initialiseBackend('webgpu');
    expect(started.backend).toBe('webgpu');
    expect(started.device).toMatch(/swiftshader/i);
    expect(started.warnings.join(' ')).toContain('software adapter');
    const before = tf.memory().numTensors;
    expect((await selfTest()).failures).toEqual([]);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('given a lost device, when another start is asked for, then it works again', async () => {
    let said = '';
    await initialiseBackend('webgpu', { onLost: (reason) => (said = reason) });
    const { device } = tf.backend() as unknown as { device: GPUDevice };
    // Destroying it is the nearest a test can come; that kind is our own doing and not reported.
    device.destroy();
    await device.lost;
    expect(said).toBe('');
    const again = await initialiseBackend('webgpu');
    expect(again.backend).toBe('webgpu');
  });

  test('given only software adapters, when the choice is left to us, then WASM runs and the warnings say why', async () => {
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
