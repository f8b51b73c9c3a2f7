import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { initialiseBackend } from '../../backend.ts';
import { plain, plainConv, plainConvGrads } from '../../plain.ts';
import { relativeError } from '../kernel-cases.ts';
import { runKernel } from '../run-kernel.ts';
import { WasmProgram } from './module.ts';
import { suitsWinograd } from './winograd.ts';

describe('suitsWinograd', () => {
  test.each([
    [[16, 16, 32, 32], true],
    [[4, 4, 128, 128], true],
    [[3, 3, 16, 16], true],
    [[7, 9, 20, 24], true],
    // An image smaller than a tile; tiles mostly outside the image; few channels; outputs that are no multiple of 8; a
    // large filter.
    [[2, 2, 64, 64], false],
    [[5, 5, 64, 64], false],
    [[16, 16, 8, 32], false],
    [[16, 16, 32, 20], false],
    [[16, 16, 512, 512], false],
  ] as const)(
    'given height, width, input and output channels %j, then it is %s',
    ([h, w, from, to], expected) => {
      expect(suitsWinograd(h, w, from, to)).toBe(expected);
    },
  );
});

describe('Winograd', () => {
  beforeAll(async () => {
    await initialiseBackend('wasm');
  });

  test.each([
    [1, 4, 4, 128, 128],
    [2, 7, 6, 64, 32],
    [3, 8, 8, 16, 16],
  ])(
    'given images [%i,%i,%i,%i] and %i outputs, when convolved, then both directions are within 1e-5 of the definition in float64',
    (n, h, w, cin, cout) => {
      expect([suitsWinograd(h, w, cin, cout), suitsWinograd(h, w, cout, cin)]).toEqual([true, true]);
      const values = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);
      const tensors = {
        x: values([n, h, w, cin], 1),
        filter: values([3, 3, cin, cout], 2),
        dy: values([n, h, w, cout], 3),
      };
      const [x, filter, dy] = Object.values(tensors).map((t) => {
        const data = t.dataSync();
        return plain(t.shape, (i) => data[i]);
      });
      const [y] = runKernel('conv2d', tensors, { stride: 1 });
      const inputShape = [n, h, w, cin] as [number, number, number, number];
      const [dx] = runKernel('conv2dInputGrad', tensors, { inputShape, stride: 1 });
      const error = (got: tf.Tensor, expected: { values: Float64Array }) =>
        relativeError(got.dataSync() as Float32Array, Float32Array.from(expected.values));
      expect(error(y, plainConv(x, filter, 1))).toBeLessThan(1e-5);
      expect(error(dx, plainConvGrads(x, filter, dy, 1).dx)).toBeLessThan(1e-5);
      tf.dispose([y, dx, ...Object.values(tensors)]);
    },
  );

  test('given images split into three parts as for threads, when convolved, then the result is the same to the last bit', async () => {
    const program = (await WasmProgram.of(tf.backend() as BackendWasm, 1))!;
    const x = tf.randomNormal([5, 6, 7, 16], 0, 1, 'float32', 1);
    const filter = tf.randomNormal([3, 3, 16, 24], 0, 1, 'float32', 2);
    const convolved = () => {
      const [y] = runKernel('conv2d', { x, filter }, { stride: 1 });
      const values = [...y.dataSync()];
      y.dispose();
      return values;
    };
    const whole = convolved();
    const parts = vi.spyOn(program, 'parts', 'get').mockReturnValue(3);
    const call = vi.spyOn(program, 'call');
    expect(convolved()).toEqual(whole);
    expect(call.mock.calls.map(([name]) => name)).toEqual(['winograd8', 'winograd8', 'winograd8']);
    parts.mockRestore();
    call.mockRestore();
    tf.dispose([x, filter]);
  });

  test('given a filter that is assigned, when convolved again, then the new value is used', () => {
    const x = tf.ones([1, 4, 4, 16]);
    const filter = tf.variable(tf.ones([3, 3, 16, 16]));
    const centre = () =>
      tf.tidy(() => {
        const [y] = runKernel('conv2d', { x, filter }, { stride: 1 });
        return y.dataSync()[5 * 16];
      });
    expect(centre()).toBeCloseTo(144, 3);
    tf.tidy(() => filter.assign(tf.fill([3, 3, 16, 16], 2)));
    expect(centre()).toBeCloseTo(288, 3);
    tf.dispose([x, filter]);
  });
});
