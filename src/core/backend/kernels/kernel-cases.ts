/**
 * The cases on which every fast kernel is compared with its composition of stock ops: odd sizes, stride 2, 1x1, few
 * channels, numbers of channels that are no multiple of a kernel's vectors. Shared by the tests of all backends.
 */
import * as tf from '@tensorflow/tfjs-core';
import { REFERENCE } from '../reference.ts';
import { runKernel } from './run-kernel.ts';
import type { KernelKey } from './signatures.ts';

export interface KernelCase {
  readonly key: KernelKey;
  /** Its shapes and options, for the test's title. */
  readonly what: string;
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly attrs: Readonly<Record<string, unknown>>;
}

/** The largest `relativeError` of a correct kernel: that of float32 sums of some thousand terms is smaller. */
export const TOLERANCE = 2e-5;

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
  // Winograd's tiles of 4x4 outputs on WASM: cut off at the edges, few pixels, and several blocks of tiles with a
  // remainder.
  { n: 3, h: 7, w: 11, cin: 16, cout: 24, k: 3, stride: 1 },
  { n: 1, h: 3, w: 4, cin: 20, cout: 16, k: 3, stride: 1 },
  { n: 7, h: 4, w: 8, cin: 128, cout: 64, k: 3, stride: 1 },
] as const;

const convolutionCases = CONVOLUTIONS.flatMap(({ n, h, w, cin, cout, k, stride }): KernelCase[] => {
  const x = [n, h, w, cin];
  const filter = [k, k, cin, cout];
  const dy = [n, Math.ceil(h / stride), Math.ceil(w / stride), cout];
  const what = `x [${x}], filter [${filter}], stride ${stride}`;
  return [
    { key: 'conv2d', what, inputs: { x, filter }, attrs: { stride } },
    { key: 'conv2dPassing', what, inputs: { x, filter }, attrs: { stride } },
    { key: 'conv2dInputGrad', what, inputs: { dy, filter }, attrs: { inputShape: x, stride } },
    {
      key: 'conv2dInputGrad',
      what: `${what}, and more`,
      inputs: { dy, filter, plus: x },
      attrs: { inputShape: x, stride },
    },
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

const residualCases = NORMALISED.flatMap((x): KernelCase[] => {
  const c = [x[x.length - 1]];
  const attrs = { epsilon: 1e-5 };
  const what = `[${x}]`;
  return [
    { key: 'batchNormAddRelu', what, inputs: { x, residual: x, gamma: c, beta: c }, attrs },
    {
      key: 'batchNormAddReluGrad',
      what,
      inputs: { dy: x, x, y: x, gamma: c, mean: c, variance: c },
      attrs,
    },
  ];
});

const elementwiseCases = [
  [2, 5, 3, 3],
  [8, 16, 16, 16],
  [1, 1, 1, 1],
].flatMap((s): KernelCase[] => [
  { key: 'scaleInput', what: `[${s}]`, inputs: { x: s }, attrs: { scale: 4 } },
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

const MATRICES = [
  { m: 5, k: 7, n: 3 },
  { m: 64, k: 128, n: 4 },
  { m: 16, k: 12, n: 20 },
];

const matrixCases = MATRICES.flatMap(({ m, k, n }): KernelCase[] => [
  ...[false, true].flatMap((transposeA) =>
    [false, true].map((transposeB): KernelCase => {
      const a = transposeA ? [k, m] : [m, k];
      const b = transposeB ? [n, k] : [k, n];
      const what = `[${a}]${transposeA ? '^T' : ''} [${b}]${transposeB ? '^T' : ''}`;
      return { key: 'matMul', what, inputs: { a, b }, attrs: { transposeA, transposeB } };
    }),
  ),
  {
    key: 'matMul',
    what: `[${[m, k]}] [${[k, n]}] + bias`,
    inputs: { a: [m, k], b: [k, n], bias: [n] },
    attrs: { transposeA: false, transposeB: false },
  },
]);

const lossCases = [
  [5, 3],
  [64, 10],
  [7, 32],
].flatMap((shape): KernelCase[] => {
  const n = [shape[0]];
  const epsilon = 1e-8;
  return [
    { key: 'crossEntropy', what: `[${shape}]`, inputs: { logits: shape, labels: n }, attrs: {} },
    { key: 'crossEntropyGrad', what: `[${shape}]`, inputs: { dy: n, logits: shape, labels: n }, attrs: {} },
    { key: 'cosineDistance', what: `[${shape}]`, inputs: { a: shape, b: shape }, attrs: { epsilon } },
    {
      key: 'cosineDistanceGrad',
      what: `[${shape}]`,
      inputs: { dy: n, a: shape, b: shape },
      attrs: { epsilon },
    },
  ];
});

export const KERNEL_CASES: readonly KernelCase[] = [
  ...convolutionCases,
  ...batchNormCases,
  ...residualCases,
  ...elementwiseCases,
  ...matrixCases,
  ...lossCases,
  {
    key: 'runningStatistics',
    what: '[20]',
    inputs: { runningMean: [20], runningVariance: [20], mean: [20], variance: [20] },
    attrs: { momentum: 0.1, correction: 64 / 63 },
  },
  {
    key: 'sgd',
    what: 'three tensors of different shapes',
    inputs: Object.fromEntries(
      [[3, 3, 4, 8], [5], [2, 3]].flatMap((s, i) => ['p', 'v', 'g'].map((name) => [`${name}${i}`, s])),
    ),
    attrs: { count: 3, lr: 0.1, momentum: 0.9, weightDecay: 5e-4 },
  },
  {
    key: 'augmentBatch',
    what: 'eleven of five images',
    inputs: { images: [5, 1024], levels: [256], draws: [11, 4] },
    attrs: {},
  },
  ...(['uniform', 'gaussian'] as const).map((distribution): KernelCase => ({
    key: 'randomStart',
    what: distribution,
    inputs: { key: [4] },
    attrs: { shape: [3, 5, 7, 3], distribution },
  })),
];

/** Each class in turn, from the last to the first. */
const labelsOf = ([n, classes]: readonly number[]): Int32Array =>
  Int32Array.from({ length: n }, (_, i) => classes - 1 - (i % classes));

/** By name, the value at an index of the inputs that are int32. */
const INTEGERS: Readonly<Record<string, (i: number) => number>> = {
  // Bytes from 0 to 255 in every channel.
  images: (i) => ((i * 37) % 256) * 65536 + ((i * 101 + 5) % 256) * 256 + ((i * 11 + 77) % 256),
  // Index, dx, dy, mirrored.
  draws: (i) => [(i * 3) % 5, (i % 9) - 4, ((i * 5) % 9) - 4, (i >> 2) % 2][i % 4],
  // A negative number is a large unsigned one.
  key: (i) => [-7, 1, 123456789, 0][i],
};

/**
 * An input of a case, the same on every backend: normal values, but positive variances, and an attack's gradient with
 * exact zeros.
 */
function input(c: KernelCase, name: string, index: number): tf.Tensor {
  const values = tf.randomNormal([...c.inputs[name]], 0, 1, 'float32', index + 1);
  if (name in INTEGERS)
    return tf.tensor(
      Int32Array.from({ length: values.size }, (_, i) => INTEGERS[name](i)),
      values.shape,
      'int32',
    );
  if (name === 'levels') return tf.div(tf.range(0, 256), 255);
  if (name === 'labels') return tf.tensor1d(labelsOf(c.inputs.logits), 'int32');
  if (name === 'variance') return tf.add(tf.square(values), 0.1);
  return c.key === 'pgdStep' && name === 'grad' ? tf.relu(values) : values;
}

/** One output of a kernel, read back. */
export interface CaseOutput {
  readonly values: Float32Array;
  readonly shape: readonly number[];
}

async function readBack(compute: () => tf.Tensor[]): Promise<CaseOutput[]> {
  const tensors = tf.tidy(compute);
  const outputs: CaseOutput[] = [];
  for (const t of tensors) outputs.push({ values: (await t.data()) as Float32Array, shape: t.shape });
  tf.dispose(tensors);
  return outputs;
}

const inputsOf = (c: KernelCase): Record<string, tf.Tensor> =>
  Object.fromEntries(Object.keys(c.inputs).map((name, i) => [name, input(c, name, i)]));

/** The kernel's outputs on the current backend. */
export const runCaseKernel = (c: KernelCase): Promise<CaseOutput[]> =>
  readBack(() => runKernel(c.key, inputsOf(c) as never, c.attrs as never));

/** The outputs of its composition of stock ops on the current backend. */
export const runCaseComposition = (c: KernelCase): Promise<CaseOutput[]> =>
  readBack(() => (REFERENCE[c.key] as (i: unknown, a: unknown) => tf.Tensor[])(inputsOf(c), c.attrs));

/** The kernel's outputs beside those of its composition. */
export async function runCase(c: KernelCase): Promise<
  {
    got: Float32Array;
    expected: Float32Array;
    shape: readonly number[];
    expectedShape: readonly number[];
  }[]
> {
  const got = await runCaseKernel(c);
  const expected = await runCaseComposition(c);
  return expected.map((e, i) => ({
    got: got[i].values,
    expected: e.values,
    shape: got[i].shape,
    expectedShape: e.shape,
  }));
}

/** The largest difference divided by the largest expected magnitude; Infinity if a value is NaN. */
export function relativeError(got: Float32Array, expected: Float32Array): number {
  let [worst, scale] = [0, 1e-6];
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(got[i] - expected[i]);
    worst = difference <= worst ? worst : Number.isNaN(difference) ? Infinity : difference;
    scale = Math.max(scale, Math.abs(expected[i]));
  }
  return worst / scale;
}
