/** Kernels on flat arrays: one thread per four values, or per value if the size is no multiple of four. */
import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf, type Runner } from './runner.ts';
import { declare, lengthOf, mainFunction, reluFunction, reluGradFunction, typeOf } from './wgsl.ts';

/** The output of `expression`, in the names of the inputs, which have one shape, and `uniforms.<name>` for numbers. */
function flat(
  runner: Runner,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  helpers: (width: 1 | 4) => string,
  expression: string,
  uniforms: Readonly<Record<string, number>> = {},
): tf.TensorInfo {
  const names = Object.keys(inputs);
  const tensors = Object.values(inputs);
  const size = sizeOf(tensors[0].shape);
  const width = size % 4 === 0 ? 4 : 1;
  const numbers = Object.keys(uniforms);
  const source = () => `${declare(
    [
      { name: 'result', width, writable: true },
      ...names.map((name) => ({ name: `${name}_in`, width }) as const),
    ],
    numbers.length > 0 ? { type: 'f32', names: numbers } : undefined,
  )}
${helpers(width)}
${mainFunction(
  lengthOf('result', width),
  `${names.map((name) => `  let ${name} = ${name}_in[id];`).join('\n')}
  result[id] = ${expression};`,
)}`;
  const output = runner.output(tensors[0].shape);
  const values = numbers.length > 0 ? { numbers: Object.values(uniforms) } : undefined;
  runner.run(`${expression} ${width}`, source, [output, ...tensors], size / width, values);
  return output;
}

/** y = (x - 0.5) * scale. */
export const scaleInput = (runner: Runner, x: tf.TensorInfo, scale: number): tf.TensorInfo =>
  flat(runner, { x }, () => '', '(x - 0.5) * uniforms.scale', { scale });

/** y = max(a + b, 0). */
export const addRelu = (runner: Runner, a: tf.TensorInfo, b: tf.TensorInfo): tf.TensorInfo =>
  flat(runner, { a, b }, reluFunction, 'relu(a + b)');

/** dx = dy * [y > 0]. */
export const reluGrad = (runner: Runner, dy: tf.TensorInfo, y: tf.TensorInfo): tf.TensorInfo =>
  flat(runner, { dy, y }, reluGradFunction, 'relu_grad(dy, y)');

/** A step along the sign (0 for 0 and NaN), projected on the eps-ball around x0 and on [0,1]; keeps NaN in x or x0. */
const pgdFunction = (width: 1 | 4): string => {
  const type = typeOf(width);
  const bits = width === 1 ? 'u32' : 'vec4u';
  return `fn pgd(x: ${type}, grad: ${type}, x0: ${type}) -> ${type} {
  let zero = ${type}(0);
  let sign = select(zero, ${type}(1), grad > zero) - select(zero, ${type}(1), grad < zero);
  let moved = x + uniforms.step * sign - x0;
  let clipped = clamp(x0 + clamp(moved, ${type}(-uniforms.eps), ${type}(uniforms.eps)), zero, ${type}(1));
  // Test the bits, since clamp may drop NaN, and compilers may assume that there is none.
  let nan = (bitcast<${bits}>(moved) & ${bits}(0x7fffffffu)) > ${bits}(0x7f800000u);
  return select(clipped, moved, nan);
}
`;
};

/** clip(x0 + clip(x + stepSize * sign(grad) - x0, -eps, eps), 0, 1). */
export const pgdStep = (
  runner: Runner,
  inputs: { x: tf.TensorInfo; grad: tf.TensorInfo; x0: tf.TensorInfo },
  stepSize: number,
  eps: number,
): tf.TensorInfo => flat(runner, inputs, pgdFunction, 'pgd(x, grad, x0)', { step: stepSize, eps });
