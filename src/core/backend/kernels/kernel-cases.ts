/**
 * Shapes on which every fast kernel is compared with its composition of stock ops: odd sizes, stride 2, 1x1, few channels,
 * channels that are no multiple of what a kernel takes at once. Shared by the tests of all backends.
 */
import * as tf from '@tensorflow/tfjs-core';
import { REFERENCE } from '../reference.ts';
import { runKernel } from './gradients.ts';
import type { KernelKey } from './signatures.ts';

export interface KernelCase {
  readonly key: KernelKey;
  /** What the case is about, for the test's name. */
  readonly what: string;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}

const CONVOLUTIONS = [
  { n: 2, h: 8, w: 8, cin: 3, cout: 8, k: 3, stride: 2 },
  { n: 2, h: 9, w: 7, cin: 4, cout: 12, k: 3, stride: 2 },
  { n: 3, h: 7, w: 5, cin: 8, cout: 16, k: 3, stride: 1 },
  { n: 2, h: 8, w: 8, cin: 16, cout: 32, k: 1, stride: 2 },
  { n: 1, h: 5, w: 5, cin: 6, cout: 5, k: 3, stride: 1 },
  { n: 2, h: 1, w: 1, cin: 8, cout: 8, k: 3, stride: 2 },
  { n: 70, h: 4, w: 4, cin: 8, cout: 24, k: 3, stride: 1 },
  { n: 2, h: 16, w: 16, cin: 32, cout: 32, k: 3, stride: 1 },
  { n: 1, h: 5, w: 6, cin: 1, cout: 4, k: 1, stride: 1 },
] as const;

const convolutionCases = CONVOLUTIONS.flatMap(({ n, h, w, cin, cout, k, stride }): KernelCase[] => {
  const x = [n, h, w, cin];
  const filter = [k, k, cin, cout];
  const dy = [n, Math.ceil(h / stride), Math.ceil(w / stride), cout];
  const what = `x [${x}], filter [${filter}], stride ${stride}`;
  return [
    { key: 'conv2d', what, inputs: { x, filter }, attrs: { stride } },
    { key: 'conv2dInputGrad', what, inputs: { dy, filter }, attrs: { inputShape: x, stride } },
    { key: 'conv2dFilterGrad', what, inputs: { x, dy }, attrs: { filterShape: filter, stride } },
  ];
});

const NORMALISED = [
  [3, 5, 7, 8],
  [2, 4, 4, 20],
  [64, 32],
  [5, 3, 3, 3],
  [2, 16, 16, 32],
  [7, 1, 1, 1],
];

const batchNormCases = NORMALISED.flatMap((x) =>
  [true, false].flatMap((relu): KernelCase[] => {
    const c = [x[x.length - 1]];
    const attrs = { relu, epsilon: 1e-5 };
    const what = `[${x}]${relu ? ' with ReLU' : ''}`;
    const statistics = { mean: c, variance: c };
    return [
      { key: 'batchNormTrain', what, inputs: { x, gamma: c, beta: c }, attrs },
      {
        key: 'batchNormTrainGrad',
        what,
        inputs: { dy: x, x, y: x, gamma: c, beta: c, ...statistics },
        attrs,
      },
      { key: 'batchNormEval', what, inputs: { x, gamma: c, beta: c, ...statistics }, attrs },
      { key: 'batchNormEvalGrad', what, inputs: { dy: x, y: x, gamma: c, variance: c }, attrs },
      { key: 'batchNormEvalParamGrad', what, inputs: { dy: x, x, y: x, ...statistics }, attrs },
    ];
  }),
);

const elementwiseCases = [
  [2, 5, 3, 3],
  [8, 16, 16, 16],
  [1, 1, 1, 1],
].flatMap((s): KernelCase[] => [
  { key: 'addRelu', what: `[${s}]`, inputs: { a: s, b: s }, attrs: {} },
  { key: 'reluGrad', what: `[${s}]`, inputs: { dy: s, y: s }, attrs: {} },
  { key: 'globalAveragePool', what: `[${s}]`, inputs: { x: s }, attrs: {} },
  {
    key: 'globalAveragePoolGrad',
    what: `[${s}]`,
    inputs: { dy: [s[0], s[3]] },
    attrs: { height: s[1], width: s[2] },
  },
  {
    key: 'pgdStep',
    what: `[${s}]`,
    inputs: { x: s, grad: s, x0: s },
    attrs: { stepSize: 0.4, eps: 0.5 },
  },
]);

export const KERNEL_CASES: readonly KernelCase[] = [
  ...convolutionCases,
  ...batchNormCases,
  ...elementwiseCases,
  {
    key: 'sgd',
    what: 'three tensors of different shapes',
    inputs: Object.fromEntries(
      [[3, 3, 4, 8], [5], [2, 3]].flatMap((s, i) => ['p', 'v', 'g'].map((name) => [`${name}${i}`, s])),
    ),
    attrs: { count: 3, lr: 0.1, momentum: 0.9, weightDecay: 5e-4 },
  },
];

/** Normal values, the same on every backend; variances positive, and the gradient of an attack with exact zeros in it. */
function input(c: KernelCase, name: string, index: number): tf.Tensor {
  const values = tf.randomNormal([...c.inputs[name]], 0, 1, 'float32', index + 1);
  if (name === 'variance') return tf.add(tf.square(values), 0.1);
  return c.key === 'pgdStep' && name === 'grad' ? tf.relu(values) : values;
}

/** The kernel's outputs on the current backend beside those of the composition, read back. */
export async function runCase(
  c: KernelCase,
): Promise<{ got: Float32Array; expected: Float32Array; shape: number[]; expectedShape: number[] }[]> {
  const [got, expected] = tf.tidy(() => {
    const inputs = Object.fromEntries(Object.keys(c.inputs).map((name, i) => [name, input(c, name, i)]));
    const composition = REFERENCE[c.key] as (i: unknown, a: unknown) => tf.Tensor[];
    return [runKernel(c.key, inputs as never, c.attrs as never), composition(inputs, c.attrs)];
  });
  const outputs = [];
  for (let i = 0; i < expected.length; i++) {
    outputs.push({
      got: (await got[i].data()) as Float32Array,
      expected: (await expected[i].data()) as Float32Array,
      shape: got[i].shape,
      expectedShape: expected[i].shape,
    });
  }
  tf.dispose([got, expected]);
  return outputs;
}

/** Largest difference over the largest expected magnitude; Infinity where a value is NaN. */
export function relativeError(got: Float32Array, expected: Float32Array): number {
  let [worst, scale] = [0, 1e-6];
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(got[i] - expected[i]);
    worst = difference <= worst ? worst : Number.isNaN(difference) ? Infinity : difference;
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return worst / scale;
}
