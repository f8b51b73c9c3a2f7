/** Global average pool and its gradient. */
import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf, type Runner } from './runner.ts';
import { declare, lengthOf, load, mainFunction, store, typeOf, widthOf } from './wgsl.ts';

/** x [N,H,W,C] -> [N,C]: one thread per image and up to four channels. */
export function globalAveragePool(runner: Runner, x: tf.TensorInfo): tf.TensorInfo {
  const [n, h, w, c] = x.shape;
  const width = widthOf(c);
  const groups = c / width;
  const source = `${declare([
    { name: 'y', width, writable: true },
    { name: 'x', width },
  ])}
${mainFunction(
  lengthOf('y', width),
  `  let first = (id / ${groups}) * ${h * w * groups} + id % ${groups};
  var sum = ${typeOf(width)}(0);
  for (var i = 0; i < ${h * w}; i++) { sum += ${load('x', width, `first + i * ${groups}`)}; }
  ${store('y', width, 'id', `(sum / ${h * w})`)}`,
)}`;
  const y = runner.output([n, c]);
  runner.run(source, [y, x], (n * c) / width);
  return y;
}

/** dy [N,C] -> dx[n,i,j,c] = dy[n,c] / (height * width): one thread per pixel and up to four channels. */
export function globalAveragePoolGrad(
  runner: Runner,
  dy: tf.TensorInfo,
  height: number,
  w: number,
): tf.TensorInfo {
  const [n, c] = dy.shape;
  const width = widthOf(c);
  const groups = c / width;
  const pixels = height * w;
  const source = `${declare([
    { name: 'dx', width, writable: true },
    { name: 'dy', width },
  ])}
${mainFunction(
  lengthOf('dx', width),
  `  let first = (id / ${pixels * groups}) * ${groups} + id % ${groups};
  let value = ${load('dy', width, 'first')} / ${pixels};
  ${store('dx', width, 'id', 'value')}`,
)}`;
  const dx = runner.output([n, height, w, c]);
  runner.run(source, [dx, dy], sizeOf(dx.shape) / width);
  return dx;
}
