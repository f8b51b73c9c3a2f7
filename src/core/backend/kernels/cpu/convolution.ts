/**
 * Convolution and its gradients in plain JavaScript, summed in float64 and rounded once. tfjs sums in float32, whose
 * rounding decides the sign of small gradients: after ten attack steps half of the pixels differed from those of the
 * official code.
 */
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type * as tf from '@tensorflow/tfjs-core';
import type { KernelSet } from '../signatures.ts';

type Shape = readonly number[];

/**
 * Calls `visit(x offset, filter offset, y offset)` for every output pixel and tap inside the image, offsets at channel
 * 0.
 */
function forEachTap(
  [n, h, w, cin]: Shape,
  [k, , , cout]: Shape,
  stride: number,
  visit: (x: number, filter: number, y: number) => void,
): void {
  const pad = (k - 1) / 2;
  const [rows, columns] = [Math.ceil(h / stride), Math.ceil(w / stride)];
  for (let b = 0; b < n; b++)
    for (let i = 0; i < rows; i++)
      for (let j = 0; j < columns; j++)
        for (let u = 0; u < k; u++)
          for (let v = 0; v < k; v++) {
            const [r, c] = [i * stride + u - pad, j * stride + v - pad];
            if (r < 0 || r >= h || c < 0 || c >= w) continue;
            visit(
              ((b * h + r) * w + c) * cin,
              (u * k + v) * cin * cout,
              ((b * rows + i) * columns + j) * cout,
            );
          }
}

export function createCpuKernels(): KernelSet<MathBackendCPU> {
  const read = (backend: MathBackendCPU, t: tf.TensorInfo) =>
    backend.data.get(t.dataId).values as Float32Array;
  const make = (backend: MathBackendCPU, shape: Shape, sums: Float64Array) =>
    backend.makeTensorInfo([...shape], 'float32', Float32Array.from(sums));
  const size = (shape: Shape) => shape.reduce((a, b) => a * b, 1);

  return {
    conv2d({ inputs: { x, filter }, attrs: { stride }, backend }) {
      const [n, h, w, cin] = x.shape;
      const cout = filter.shape[3];
      const shape = [n, Math.ceil(h / stride), Math.ceil(w / stride), cout];
      const [xs, fs, y] = [read(backend, x), read(backend, filter), new Float64Array(size(shape))];
      forEachTap(x.shape, filter.shape, stride, (xAt, fAt, yAt) => {
        for (let c = 0; c < cin; c++) {
          const value = xs[xAt + c];
          for (let o = 0; o < cout; o++) y[yAt + o] += value * fs[fAt + c * cout + o];
        }
      });
      return make(backend, shape, y);
    },

    conv2dInputGrad({ inputs: { dy, filter, plus }, attrs: { inputShape, stride }, backend }) {
      const [, , cin, cout] = filter.shape;
      const [ds, fs] = [read(backend, dy), read(backend, filter)];
      const dx = plus ? Float64Array.from(read(backend, plus)) : new Float64Array(size(inputShape));
      forEachTap(inputShape, filter.shape, stride, (xAt, fAt, yAt) => {
        for (let c = 0; c < cin; c++) {
          let sum = 0;
          for (let o = 0; o < cout; o++) sum += ds[yAt + o] * fs[fAt + c * cout + o];
          dx[xAt + c] += sum;
        }
      });
      return make(backend, inputShape, dx);
    },

    conv2dFilterGrad({ inputs: { x, dy }, attrs: { filterShape, stride }, backend }) {
      const [, , cin, cout] = filterShape;
      const [xs, ds, df] = [read(backend, x), read(backend, dy), new Float64Array(size(filterShape))];
      forEachTap(x.shape, filterShape, stride, (xAt, fAt, yAt) => {
        for (let c = 0; c < cin; c++) {
          const value = xs[xAt + c];
          for (let o = 0; o < cout; o++) df[fAt + c * cout + o] += value * ds[yAt + o];
        }
      });
      return make(backend, filterShape, df);
    },
  };
}
