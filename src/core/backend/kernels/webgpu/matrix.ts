/** Products of the small matrices of linear layers: one thread per row and up to four columns of the result. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Runner } from './runner.ts';
import {
  declare,
  lengthOf,
  load,
  mainFunction,
  range,
  store,
  typeOf,
  widthOf,
  type Uniforms,
} from './wgsl.ts';

const SIZES: Uniforms = { type: 'i32', names: ['k', 'columns', 'a_row', 'a_step'] };

/** op(a) op(b) + bias; shapes in ../signatures.ts. Strides say whether a is transposed. */
export function matMul(
  runner: Runner,
  { a, b, bias }: { a: tf.TensorInfo; b: tf.TensorInfo; bias?: tf.TensorInfo },
  { transposeA, transposeB }: { transposeA: boolean; transposeB: boolean },
): tf.TensorInfo {
  const [m, k] = transposeA ? [a.shape[1], a.shape[0]] : a.shape;
  const n = transposeB ? b.shape[0] : b.shape[1];
  const width = widthOf(n);
  // Read `width` neighbouring floats of a row of b at once, but a transposed b float by float.
  const bWidth = transposeB ? 1 : width;
  const product = transposeB
    ? `${typeOf(width)}(${range(width).map((i) => `b[(column * ${width} + ${i}) * uniforms.k + at]`)})`
    : load('b', width, 'at * uniforms.columns + column');
  const source = () => `${declare(
    [
      { name: 'y', width, writable: true },
      { name: 'a', width: 1 },
      { name: 'b', width: bWidth },
      ...(bias ? [{ name: 'bias', width }] : []),
    ],
    SIZES,
  )}
${mainFunction(
  lengthOf('y', width),
  `  let column = id % uniforms.columns;
  let row = id / uniforms.columns;
  var sum = ${bias ? load('bias', width, 'column') : `${typeOf(width)}(0)`};
  for (var at = 0; at < uniforms.k; at++) {
    sum = fma(${typeOf(width)}(a[row * uniforms.a_row + at * uniforms.a_step]), ${product}, sum);
  }
  ${store('y', width, 'id', 'sum')}`,
)}`;
  const y = runner.output([m, n]);
  const aStrides = transposeA ? [1, m] : [k, 1];
  const sizes = [k, n / width, ...aStrides];
  runner.run(
    `matMul ${transposeB} ${bias !== undefined} ${width}`,
    source,
    [y, a, b, ...(bias ? [bias] : [])],
    (m * n) / width,
    { sizes },
  );
  return y;
}
