/** BatchNorm's running statistics: mean and variance of one layer in one dispatch. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Runner } from './runner.ts';
import { declare, lengthOf, mainFunction } from './wgsl.ts';

const SOURCE = `${declare(
  [
    { name: 'mean_out', width: 1, writable: true },
    { name: 'variance_out', width: 1, writable: true },
    { name: 'running_mean', width: 1 },
    { name: 'running_variance', width: 1 },
    { name: 'mean', width: 1 },
    { name: 'variance', width: 1 },
  ],
  { type: 'f32', names: ['momentum', 'correction'] },
)}
${mainFunction(
  lengthOf('mean_out', 1),
  `  let keep = 1.0 - uniforms.momentum;
  mean_out[id] = keep * running_mean[id] + uniforms.momentum * mean[id];
  variance_out[id] = keep * running_variance[id] + uniforms.momentum * uniforms.correction * variance[id];`,
)}`;

/** -> [running mean, running variance], new tensors. */
export function runningStatistics(
  runner: Runner,
  inputs: Record<'runningMean' | 'runningVariance' | 'mean' | 'variance', tf.TensorInfo>,
  { momentum, correction }: { momentum: number; correction: number },
): tf.TensorInfo[] {
  const { runningMean, runningVariance, mean, variance } = inputs;
  const outputs = [runner.output(mean.shape), runner.output(mean.shape)];
  const tensors = [...outputs, runningMean, runningVariance, mean, variance];
  runner.run('runningStatistics', () => SOURCE, tensors, mean.shape[0], { numbers: [momentum, correction] });
  return outputs;
}
