/** BatchNorm with batch statistics, forward and backward: two dispatches each. Formulas in ../signatures.ts. */
import type * as tf from '@tensorflow/tfjs-core';
import {
  constantAt,
  layoutOf,
  reduceChannels,
  sumChunks,
  type ChannelReduction,
  type Layout,
} from './channel-sums.ts';
import type { Runner } from './runner.ts';
import {
  declare,
  lengthOf,
  load,
  mainFunction,
  reluFunction,
  reluGradFunction,
  store,
  typeOf,
  type Binding,
  type Width,
} from './wgsl.ts';

interface Options {
  readonly relu: boolean;
  readonly epsilon: number;
}

/** Rows per thread of the second dispatch: enough to be worth merging the chunks. */
const rowsPerThread = (runner: Runner): number => (runner.software ? 64 : 8);

/**
 * Mean and sum of squared deviations of every chunk. A thread sums deviations from its first value, which keeps
 * precision if a channel is far from zero; the threads are merged as in Chan et al. (1983).
 */
const statistics = ({ width, groups }: Layout): ChannelReduction => ({
  key: 'statistics',
  inputs: [{ name: 'x', width }],
  values: ['mean', 'm2'],
  before: `let shift = ${load('x', width, `start * ${groups} + channel`)};`,
  perRow: `let d = ${load('x', width, 'at')} - shift; mean += d; m2 += d * d;`,
  after: `mean /= count; m2 = max(m2 - mean * mean * count, ${typeOf(width)}(0)); mean += shift;`,
  merge: `let delta = other_mean - mean;
    m2 += other_m2 + delta * delta * (count * other_count / (count + other_count));
    mean += delta * (other_count / (count + other_count));`,
});

/**
 * Source of the second dispatch: every thread merges the chunks for its channels (`merge`), then processes its rows
 * (`perRow`).
 */
function secondDispatch(
  layout: Layout,
  perThread: number,
  bindings: readonly Binding[],
  parts: { helpers?: string; merge: string; perRow: string },
): string {
  const { width, groups } = layout;
  const threadsOfRows = `(rows_of_x() + ${perThread - 1}) / ${perThread}`;
  return `${declare(bindings)}
${parts.helpers ?? ''}
fn rows_of_x() -> i32 { return ${lengthOf('x', width)} / ${groups}; }
${mainFunction(
  `${threadsOfRows} * ${groups}`,
  `  let rows = rows_of_x();
  let row_threads = ${threadsOfRows};
  let channel = id % ${groups};
  let first_row = id / ${groups};
${parts.merge}
  for (var row = first_row; row < rows; row += row_threads) {
    let at = row * ${groups} + channel;
    ${parts.perRow}
  }`,
)}`;
}

/** x and residual, if there is one, [...,C]; gamma, beta [C] -> [y, mean, variance]. */
export function batchNormTrain(
  runner: Runner,
  {
    x,
    residual,
    gamma,
    beta,
  }: { x: tf.TensorInfo; residual?: tf.TensorInfo; gamma: tf.TensorInfo; beta: tf.TensorInfo },
  { relu, epsilon }: Options,
): tf.TensorInfo[] {
  const layout = layoutOf(runner, x.shape);
  const { width, groups, rows } = layout;
  const type = typeOf(width);
  const partial = reduceChannels(runner, layout, statistics(layout), [x]);
  const perThread = rowsPerThread(runner);
  const source = () =>
    secondDispatch(
      layout,
      perThread,
      [
        { name: 'y', width, writable: true },
        { name: 'mean_out', width, writable: true },
        { name: 'variance_out', width, writable: true },
        { name: 'partial', width },
        { name: 'x', width },
        { name: 'gamma', width },
        { name: 'beta', width },
        ...(residual ? [{ name: 'residual', width }] : []),
      ],
      {
        helpers: relu ? reluFunction(width) : '',
        // Deviations of the chunks' means from the first chunk's, again to keep precision.
        merge: `
  let chunks = ${lengthOf('partial', width)} / ${2 * groups};
  let per_chunk = (rows + chunks - 1) / chunks;
  let shift = ${load('partial', width, 'channel')};
  var sum = ${type}(0);
  var squares = ${type}(0);
  var within = ${type}(0);
  for (var chunk = 0; chunk < chunks; chunk++) {
    let from_chunk = chunk * ${2 * groups} + channel;
    let count = f32(min(rows, (chunk + 1) * per_chunk) - chunk * per_chunk);
    let d = ${load('partial', width, 'from_chunk')} - shift;
    sum += count * d;
    squares += count * d * d;
    within += ${load('partial', width, `from_chunk + ${groups}`)};
  }
  let offset = sum / f32(rows);
  let mean = shift + offset;
  let variance = max((within + (squares - sum * offset)) / f32(rows), ${type}(0));
  if (first_row == 0) {
    ${store('mean_out', width, 'channel', 'mean')}
    ${store('variance_out', width, 'channel', 'variance')}
  }
  let scale = ${load('gamma', width, 'channel')} / sqrt(variance + ${epsilon});
  let bias = ${load('beta', width, 'channel')};`,
        perRow: `let z = (${load('x', width, 'at')} - mean) * scale + bias${residual ? ` + ${load('residual', width, 'at')}` : ''};
    ${store('y', width, 'at', relu ? 'relu(z)' : 'z')}`,
      },
    );
  const y = runner.output(x.shape);
  const mean = runner.output(gamma.shape);
  const variance = runner.output(gamma.shape);
  const threads = Math.ceil(rows / perThread) * groups;
  runner.run(
    `batchNormTrain ${relu} ${epsilon} ${residual !== undefined} ${width} ${groups} ${perThread}`,
    source,
    [y, mean, variance, partial, x, gamma, beta, ...(residual ? [residual] : [])],
    threads,
  );
  runner.release(partial);
  return [y, mean, variance];
}

/** sum dz and sum dz * xhat of every chunk, where xhat = (x - mean) / sqrt(variance + epsilon). */
export const gradientSums = (width: Width, { relu, epsilon }: Options): ChannelReduction => ({
  key: `gradient sums ${relu} ${epsilon}`,
  inputs: [
    { name: 'dy', width },
    { name: 'x', width },
    { name: 'mean_in', width },
    { name: 'variance_in', width },
    ...(relu ? [{ name: 'y', width }] : []),
  ],
  values: ['dbeta', 'dgamma'],
  helpers: relu ? reluGradFunction(width) : '',
  before: `let mean = ${load('mean_in', width, 'channel')};
    let inv_std = inverseSqrt(${load('variance_in', width, 'channel')} + ${epsilon});`,
  perRow: `let dz = ${dz(width, relu)};
    dbeta += dz; dgamma += dz * ((${load('x', width, 'at')} - mean) * inv_std);`,
  after: '',
  merge: 'dbeta += other_dbeta; dgamma += other_dgamma;',
});

const dz = (width: Width, relu: boolean): string => {
  const dy = load('dy', width, 'at');
  return relu ? `relu_grad(${dy}, ${load('y', width, 'at')})` : dy;
};

/** The values per channel, apart from the sums, that the second dispatch needs; stored after the chunks. */
const CONSTANTS = ['mean', 'inv_std', 'scale'] as const;
const CONSTANT_ROWS = 4;

/** -> [dx, dgamma, dbeta], or, at the end of a residual block, [dx, dresidual, dgamma, dbeta]. */
export function batchNormTrainGrad(
  runner: Runner,
  inputs: Record<'dy' | 'x' | 'y' | 'gamma' | 'mean' | 'variance', tf.TensorInfo>,
  options: Options & { readonly residual?: boolean },
): tf.TensorInfo[] {
  const { dy, x, y, gamma, mean, variance } = inputs;
  const { relu, epsilon, residual = false } = options;
  const layout = layoutOf(runner, x.shape);
  const { width, groups, rows } = layout;
  const sums = gradientSums(width, options);
  const invStd = `inverseSqrt(${load('variance_in', width, 'channel')} + ${epsilon})`;
  const scale = `(${load('gamma', width, 'channel')} * ${invStd})`;
  const reduction: ChannelReduction = {
    ...sums,
    key: `${sums.key} and constants`,
    inputs: [...sums.inputs, { name: 'gamma', width }],
    constants: [load('mean_in', width, 'channel'), invStd, scale, scale],
  };
  const mask = relu ? [y] : [];
  const partial = reduceChannels(runner, layout, reduction, [dy, x, mean, variance, ...mask, gamma]);
  const perThread = rowsPerThread(runner);
  const names = ['partial', 'dy', 'x', ...(relu ? ['y'] : [])];
  const source = () =>
    secondDispatch(
      layout,
      perThread,
      [
        { name: 'dx', width, writable: true },
        ...(residual ? [{ name: 'dresidual', width, writable: true }] : []),
        { name: 'dgamma_out', width, writable: true },
        { name: 'dbeta_out', width, writable: true },
        ...names.map((name) => ({ name, width })),
      ],
      {
        helpers: relu ? reluGradFunction(width) : '',
        merge: `${sumChunks(layout, 'dbeta', 'dgamma', CONSTANT_ROWS)}
  if (first_row == 0) {
    ${store('dbeta_out', width, 'channel', 'dbeta')}
    ${store('dgamma_out', width, 'channel', 'dgamma')}
  }
  ${CONSTANTS.map((name, i) => `let ${name} = ${load('partial', width, constantAt(layout, 'chunks', i))};`).join('\n  ')}
  let mean_dz = dbeta / f32(rows);
  let slope = dgamma / f32(rows) * inv_std;`,
        perRow: `let dz = ${dz(width, relu)};
    let value = scale * (dz - mean_dz - (${load('x', width, 'at')} - mean) * slope);
    ${residual ? store('dresidual', width, 'at', 'dz') : ''}
    ${store('dx', width, 'at', 'value')}`,
      },
    );
  const dx = runner.output(x.shape);
  const dgamma = runner.output(gamma.shape);
  const dbeta = runner.output(gamma.shape);
  const outputs = [dx, ...(residual ? [runner.output(x.shape)] : []), dgamma, dbeta];
  const threads = Math.ceil(rows / perThread) * groups;
  runner.run(
    `batchNormTrainGrad ${relu} ${residual} ${width} ${groups} ${perThread}`,
    source,
    [...outputs, partial, dy, x, ...mask],
    threads,
  );
  runner.release(partial);
  return outputs;
}
