import '@tensorflow/tfjs-backend-cpu';
// tfjs's own gradients, as the reference.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { DIFFERENTIABLE_OPS, registerStockGradients } from './stock-gradients.ts';

type Case = { name: string; shapes: number[][]; f: (...x: tf.Tensor[]) => tf.Tensor; positive?: boolean };

/** tfjs's gradients of maximum, minimum and squaredDifference throw with broadcasting, so these have equal shapes. */
const CASES: Case[] = [
  { name: 'Abs', shapes: [[3, 4]], f: (x) => tf.abs(x) },
  {
    name: 'Cast',
    shapes: [[3]],
    f: (x) => tf.engine().runKernel('Cast', { x }, { dtype: 'float32' } as never) as tf.Tensor,
  },
  { name: 'ClipByValue', shapes: [[3, 4]], f: (x) => tf.clipByValue(x, -0.5, 0.4) },
  { name: 'Exp', shapes: [[3, 4]], f: (x) => tf.exp(x) },
  { name: 'Identity', shapes: [[3]], f: (x) => tf.clone(x) },
  { name: 'Log', shapes: [[3, 4]], f: (x) => tf.log(x), positive: true },
  { name: 'Log1p', shapes: [[3, 4]], f: (x) => tf.log1p(x), positive: true },
  { name: 'Neg', shapes: [[3]], f: (x) => tf.neg(x) },
  { name: 'Relu', shapes: [[3, 4]], f: (x) => tf.relu(x) },
  { name: 'Reciprocal', shapes: [[3]], f: (x) => tf.reciprocal(x), positive: true },
  { name: 'Rsqrt', shapes: [[3]], f: (x) => tf.rsqrt(x), positive: true },
  { name: 'Sigmoid', shapes: [[3]], f: (x) => tf.sigmoid(x) },
  { name: 'Sign', shapes: [[3]], f: (x) => tf.mul(tf.sign(x), x) },
  { name: 'Softplus', shapes: [[3]], f: (x) => tf.softplus(x) },
  { name: 'Sqrt', shapes: [[3]], f: (x) => tf.sqrt(x), positive: true },
  { name: 'Square', shapes: [[3]], f: (x) => tf.square(x) },
  { name: 'Step', shapes: [[3]], f: (x) => tf.mul(tf.step(x), x) },
  { name: 'Tanh', shapes: [[3]], f: (x) => tf.tanh(x) },
  { name: 'Add', shapes: [[3, 4], [4]], f: (a, b) => tf.add(a, b) },
  {
    name: 'Sub',
    shapes: [
      [3, 1],
      [2, 3, 4],
    ],
    f: (a, b) => tf.sub(a, b),
  },
  { name: 'Multiply', shapes: [[3, 4], []], f: (a, b) => tf.mul(a, b) },
  {
    name: 'RealDiv',
    shapes: [
      [3, 4],
      [3, 1],
    ],
    f: (a, b) => tf.div(a, b),
    positive: true,
  },
  {
    name: 'Maximum',
    shapes: [
      [3, 4],
      [3, 4],
    ],
    f: (a, b) => tf.maximum(a, b),
  },
  {
    name: 'Minimum',
    shapes: [
      [3, 4],
      [3, 4],
    ],
    f: (a, b) => tf.minimum(a, b),
  },
  { name: 'Pow', shapes: [[3, 4], [4]], f: (a, b) => tf.pow(a, b), positive: true },
  {
    name: 'SquaredDifference',
    shapes: [
      [3, 4],
      [3, 4],
    ],
    f: (a, b) => tf.squaredDifference(a, b),
  },
  { name: 'AddN', shapes: [[3], [3], [3]], f: (...x) => tf.addN(x) },
  {
    name: 'BatchMatMul',
    shapes: [
      [3, 4],
      [4, 2],
    ],
    f: (a, b) => tf.matMul(a, b),
  },
  {
    name: 'BatchMatMul',
    shapes: [
      [4, 3],
      [4, 2],
    ],
    f: (a, b) => tf.matMul(a, b, true, false),
  },
  {
    name: 'BatchMatMul',
    shapes: [
      [3, 4],
      [2, 4],
    ],
    f: (a, b) => tf.matMul(a, b, false, true),
  },
  {
    name: 'BatchMatMul',
    shapes: [
      [4, 3],
      [2, 4],
    ],
    f: (a, b) => tf.matMul(a, b, true, true),
  },
  { name: 'Sum', shapes: [[2, 3, 4]], f: (x) => tf.sum(x, [0, 2]) },
  { name: 'Sum', shapes: [[2, 3]], f: (x) => tf.sum(x, -1, true) },
  { name: 'Mean', shapes: [[2, 3, 4]], f: (x) => tf.mean(x, [1]) },
  { name: 'Max', shapes: [[3, 4]], f: (x) => tf.max(x, 1) },
  { name: 'Min', shapes: [[3, 4]], f: (x) => tf.min(x, 0, true) },
  { name: 'Softmax', shapes: [[3, 4]], f: (x) => tf.softmax(x) },
  { name: 'Reshape', shapes: [[3, 4]], f: (x) => tf.reshape(x, [2, 6]) },
  { name: 'ExpandDims', shapes: [[3, 4]], f: (x) => tf.expandDims(x, 1) },
  { name: 'Transpose', shapes: [[2, 3, 4]], f: (x) => tf.transpose(x, [2, 0, 1]) },
  {
    name: 'Concat',
    shapes: [
      [2, 3],
      [2, 1],
    ],
    f: (a, b) => tf.concat([a, b], 1),
  },
  {
    name: 'Pack',
    shapes: [
      [2, 3],
      [2, 3],
    ],
    f: (a, b) => tf.stack([a, b], 1),
  },
  { name: 'Slice', shapes: [[4, 5]], f: (x) => tf.slice(x, [1, 2], [2, -1]) },
  {
    name: 'PadV2',
    shapes: [[2, 3]],
    f: (x) =>
      tf.pad(x, [
        [1, 0],
        [2, 1],
      ]),
  },
  { name: 'Tile', shapes: [[2, 3]], f: (x) => tf.tile(x, [2, 3]) },
  { name: 'GatherV2', shapes: [[4, 3]], f: (x) => tf.gather(x, tf.tensor1d([2, 0, 2], 'int32')) },
  { name: 'Select', shapes: [[4], [4]], f: (a, b) => tf.where(tf.tensor1d([1, 0, 1, 0], 'bool'), a, b) },
];

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const gradients = ({ shapes, f, positive }: Case): tf.Tensor[] => {
  const inputs = shapes.map((s, i) =>
    positive ? tf.randomUniform(s, 0.5, 2, 'float32', i + 1) : tf.randomNormal(s, 0, 1, 'float32', i + 1),
  );
  return tf.grads((...x: tf.Tensor[]) => {
    const y = f(...x);
    return tf.sum(tf.mul(y, tf.reshape(tf.linspace(-1, 2, y.size), y.shape)));
  })(inputs);
};

test('given every stock op with a gradient, then it has a case here', () => {
  expect([...new Set(CASES.map((c) => c.name))].sort()).toEqual([...DIFFERENTIABLE_OPS].sort());
});

test.each(CASES.map((c) => [c.name, c.shapes, c] as const))(
  'given %s of shapes %j, when differentiated, then our gradient equals that of tfjs',
  (name, _, c) => {
    const expected = gradients(c).map((t) => [...t.dataSync()]);
    const theirs = tf.getGradient(name);
    tf.unregisterGradient(name);
    registerStockGradients();
    expect(tf.getGradient(name)).not.toBe(theirs);
    const got = gradients(c);
    got.forEach((t, i) => [...t.dataSync()].forEach((v, j) => expect(v).toBeCloseTo(expected[i][j], 5)));
  },
);
