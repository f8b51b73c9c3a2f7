/** Global average pool and its gradient. */
import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf, type Runner } from './runner.ts';
import { declare, lengthOf, load, mainFunction, store, typeOf, widthOf, type Uniforms } from './wgsl.ts';

const SIZES: Uniforms = { type: 'i32', names: ['pixels', 'blocks'] };

/** x [N,H,W,C] -> [N,C]: one thread per image and up to four channels. */
export function globalAveragePool(runner: Runner, x: tf.TensorInfo): tf.TensorInfo {
  const [n, h, w, c] = x.shape;
  const width = widthOf(c);
  const source = () => `${declare(
    [
      { name: 'y', width, writable: true },
      { name: 'x', width },
    ],
    SIZES,
  )}
${mainFunction(
  lengthOf('y', width),
  `  let blocks = uniforms.blocks;
  let pixels = uniforms.pixels;
  let first = (id / blocks) * pixels * blocks + id % blocks;
  var sum = ${typeOf(width)}(0);
  for (var i = 0; i < pixels; i++) { sum += ${load('x', width, 'first + i * blocks')}; }
  ${store('y', width, 'id', '(sum / f32(pixels))')}`,
)}`;
  const y = runner.output([n, c]);
  runner.run(`globalAveragePool ${width}`, source, [y, x], (n * c) / width, { sizes: [h * w, c / width] });
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
  const source = () => `${declare(
    [
      { name: 'dx', width, writable: true },
      { name: 'dy', width },
    ],
    SIZES,
  )}
${mainFunction(
  lengthOf('dx', width),
  `  let first = (id / (uniforms.pixels * uniforms.blocks)) * uniforms.blocks + id % uniforms.blocks;
  let value = ${load('dy', width, 'first')} / f32(uniforms.pixels);
  ${store('dx', width, 'id', 'value')}`,
)}`;
  const dx = runner.output([n, height, w, c]);
  runner.run(`globalAveragePoolGrad ${width}`, source, [dx, dy], sizeOf(dx.shape) / width, {
    sizes: [height * w, c / width],
  });
  return dx;
}
