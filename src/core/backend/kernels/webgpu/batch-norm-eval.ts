/**
 * BatchNorm with given statistics: one dispatch forward, one for the gradient with respect to the image, two for that
 * with respect to the parameters. ../signatures.ts has the formulas.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { gradientSums } from './batch-norm-train.ts';
import { layoutOf, reduceChannels, sumChunks } from './channel-sums.ts';
import { sizeOf, type Runner } from './runner.ts';
import {
  declare,
  lengthOf,
  load,
  mainFunction,
  reluFunction,
  reluGradFunction,
  store,
  widthOf,
} from './wgsl.ts';

interface Options {
  readonly relu: boolean;
  readonly epsilon: number;
}

/** One thread per row and up to four channels: `value` for element `id`, after `statements` that may use `channel`. */
function perElement(
  runner: Runner,
  key: string,
  like: tf.TensorInfo,
  inputs: Readonly<Record<string, tf.TensorInfo>>,
  helpers: string,
  statements: string,
  value: string,
): tf.TensorInfo {
  const channels = like.shape[like.shape.length - 1];
  const width = widthOf(channels);
  const source = () => `${declare([
    { name: 'result', width, writable: true },
    ...Object.keys(inputs).map((name) => ({ name, width })),
  ])}
${helpers}
${mainFunction(
  lengthOf('result', width),
  `  let channel = id % ${channels / width};
  ${statements}
  ${store('result', width, 'id', value)}`,
)}`;
  const result = runner.output(like.shape);
  runner.run(
    `${key} ${width} ${channels}`,
    source,
    [result, ...Object.values(inputs)],
    sizeOf(like.shape) / width,
  );
  return result;
}

/** x [...,C]; gamma, beta, mean, variance [C] -> y. */
export function batchNormEval(
  runner: Runner,
  inputs: Record<'x' | 'gamma' | 'beta' | 'mean' | 'variance', tf.TensorInfo>,
  { relu, epsilon }: Options,
): tf.TensorInfo {
  const { x, gamma, beta, mean, variance } = inputs;
  const width = widthOf(gamma.shape[0]);
  return perElement(
    runner,
    `batchNormEval ${relu} ${epsilon}`,
    x,
    { x, gamma, beta, mean, variance },
    relu ? reluFunction(width) : '',
    `let scale = ${load('gamma', width, 'channel')} / sqrt(${load('variance', width, 'channel')} + ${epsilon});
  let z = (${load('x', width, 'id')} - ${load('mean', width, 'channel')}) * scale + ${load('beta', width, 'channel')};
  let value = ${relu ? 'relu(z)' : 'z'};`,
    'value',
  );
}

/** dx = dz * gamma / sqrt(variance + epsilon). */
export function batchNormEvalGrad(
  runner: Runner,
  inputs: Record<'dy' | 'y' | 'gamma' | 'variance', tf.TensorInfo>,
  { relu, epsilon }: Options,
): tf.TensorInfo {
  const { dy, y, gamma, variance } = inputs;
  const width = widthOf(gamma.shape[0]);
  return perElement(
    runner,
    `batchNormEvalGrad ${relu} ${epsilon}`,
    dy,
    relu ? { dy, gamma, variance, y } : { dy, gamma, variance },
    relu ? reluGradFunction(width) : '',
    `let dz = ${relu ? `relu_grad(${load('dy', width, 'id')}, ${load('y', width, 'id')})` : load('dy', width, 'id')};
  let scale = ${load('gamma', width, 'channel')} * inverseSqrt(${load('variance', width, 'channel')} + ${epsilon});
  let value = dz * scale;`,
    'value',
  );
}

/** -> [dgamma, dbeta]. */
export function batchNormEvalParamGrad(
  runner: Runner,
  inputs: Record<'dy' | 'x' | 'y' | 'mean' | 'variance', tf.TensorInfo>,
  options: Options,
): tf.TensorInfo[] {
  const { dy, x, y, mean, variance } = inputs;
  const layout = layoutOf(runner, x.shape);
  const { width, groups } = layout;
  const mask = options.relu ? [y] : [];
  const partial = reduceChannels(runner, layout, gradientSums(width, options), [
    dy,
    x,
    mean,
    variance,
    ...mask,
  ]);
  const source = () => `${declare([
    { name: 'dgamma_out', width, writable: true },
    { name: 'dbeta_out', width, writable: true },
    { name: 'partial', width },
  ])}
${mainFunction(
  `${groups}`,
  `  let channel = id;
${sumChunks(layout, 'dbeta', 'dgamma')}
  ${store('dgamma_out', width, 'channel', 'dgamma')}
  ${store('dbeta_out', width, 'channel', 'dbeta')}`,
)}`;
  const dgamma = runner.output(mean.shape);
  const dbeta = runner.output(mean.shape);
  runner.run(`batchNormEvalParamGrad ${width} ${groups}`, source, [dgamma, dbeta, partial], groups);
  runner.release(partial);
  return [dgamma, dbeta];
}
