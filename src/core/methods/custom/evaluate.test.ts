/** Compares values with their definitions in double precision, and gradients with finite differences. */
import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { initialiseBackend } from '../../backend/backend.ts';
import { formulaOf } from '../../formula/check.ts';
import { FUNCTIONS } from '../../formula/vocabulary.ts';
import { RandomStream } from '../../random/random.ts';
import { Evaluator, type Scope } from './evaluate.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

const [N, K, D] = [4, 3, 5];
const LABELS = [0, 2, 1, 2];
const A = 0.7;
const T = 0.25;

type Table = number[][];
/** Random values [N, columns] without ties, at which the gradients of min, max and margin are not defined. */
const table = (name: string, columns: number): Table => {
  const values = RandomStream.of(7, name).uniformArray(N * columns, -2, 2);
  return Array.from({ length: N }, (_, i) => Array.from(values.subarray(i * columns, (i + 1) * columns)));
};
const DATA: Readonly<Record<string, Table>> = {
  f: table('logits of x', K),
  fAdv: table("logits of x'", K),
  z0: table('features of x, layer 0', D),
  z1: table('features of x, layer 1', D),
  zAdv0: table("features of x', layer 0", D),
  zAdv1: table("features of x', layer 1", D),
};
type Name = keyof typeof DATA;
const SIZES = Object.fromEntries(Object.entries(DATA).map(([name, t]) => [name, t[0].length]));

/** h multiplies by this number, so that it is not the identity. */
const H = 1.5;

/** A scope with the same values through both BatchNorm sets. */
function scopeOf(tensors: Readonly<Record<Name, tf.Tensor2D>>, y: tf.Tensor1D): Scope {
  const layers = { x: [tensors.z0, tensors.z1], "x'": [tensors.zAdv0, tensors.zAdv1] };
  return {
    y,
    balance: A,
    progress: T,
    logits: (image) => (image === 'x' ? tensors.f : tensors.fAdv),
    features: (image) => layers[image],
    predict: (z) => z.map((t) => tf.mul(t, H) as tf.Tensor2D),
  };
}

function lossAndGradients(text: string, data = DATA) {
  const formula = formulaOf(text, 'first');
  return tf.tidy(() => {
    const names = Object.keys(data);
    const y = tf.tensor1d(LABELS, 'int32');
    const loss = (...tensors: tf.Tensor[]) =>
      new Evaluator(
        scopeOf(Object.fromEntries(names.map((n, i) => [n, tensors[i] as tf.Tensor2D])), y),
      ).scalar(formula);
    const inputs = names.map((n) => tf.tensor2d(data[n]));
    // tfjs refuses inputs without a gradient. The sum of all inputs times 0 gives every input one.
    const all = (...tensors: tf.Tensor[]) =>
      tensors.reduce<tf.Tensor>((sum, t) => tf.add(sum, tf.mul(tf.sum(t), 0)), loss(...tensors));
    const { value, grads } = tf.valueAndGrads(all as never)(inputs);
    return {
      value: value.dataSync()[0],
      gradients: Object.fromEntries(names.map((n, i) => [n, Array.from(grads[i].dataSync())])),
    };
  });
}

const sum = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0);
const average = (xs: readonly number[]) => sum(xs) / xs.length;
const softmax = (row: readonly number[]) => {
  const e = row.map(Math.exp);
  return e.map((x) => x / sum(e));
};
const ce = (row: readonly number[], y: number) => -Math.log(softmax(row)[y]);
const kl = (p: readonly number[], q: readonly number[], added = 0) => {
  const [a, b] = [softmax(p), softmax(q)];
  return sum(a.map((x, k) => x * (Math.log(x) - Math.log(b[k] + added))));
};
const rival = (row: readonly number[], y: number) => Math.max(...row.filter((_, k) => k !== y));
const cosine = (a: readonly number[], b: readonly number[]) => {
  const dot = (u: readonly number[], v: readonly number[]) => sum(u.map((x, i) => x * v[i]));
  return 1 - dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};
const mse = (a: readonly number[], b: readonly number[]) => average(a.map((x, i) => (x - b[i]) ** 2));
/** Mean over examples. */
const mean = (of: (i: number) => number) => average(LABELS.map((_, i) => of(i)));
type Data = typeof DATA;

/** A formula, and a function that computes its value in double precision. */
const CASES: readonly (readonly [string, (d: Data) => number])[] = [
  ['mean(ce(f(x), y))', (d) => mean((i) => ce(d.f[i], LABELS[i]))],
  [
    "mean(ce(f(x'), y)) * a + (1 - a) * mean(ce(f_adv(x), y))",
    (d) => mean((i) => A * ce(d.fAdv[i], LABELS[i]) + (1 - A) * ce(d.f[i], LABELS[i])),
  ],
  ["mean(kl(f(x), f_clean(x')))", (d) => mean((i) => kl(d.f[i], d.fAdv[i]))],
  ["mean(kl(f(x), f(x'), 0.01))", (d) => mean((i) => kl(d.f[i], d.fAdv[i], 0.01))],
  [
    "mean(bce(f(x'), y))",
    (d) => mean((i) => ce(d.fAdv[i], LABELS[i]) - Math.log(1.0001 - rival(softmax(d.fAdv[i]), LABELS[i]))),
  ],
  [
    "mean(2 * bce(f(x'), y))",
    (d) =>
      mean((i) => 2 * (ce(d.fAdv[i], LABELS[i]) - Math.log(1.0001 - rival(softmax(d.fAdv[i]), LABELS[i])))),
  ],
  ["mean(mse(f(x), f(x')))", (d) => mean((i) => mse(d.f[i], d.fAdv[i]))],
  [
    "mean(3 * mse(z(x), z(x')))",
    (d) => mean((i) => 3 * average([mse(d.z0[i], d.zAdv0[i]), mse(d.z1[i], d.zAdv1[i])])),
  ],
  [
    "mean(mse(z_adv(x), z_clean(x')))",
    (d) => mean((i) => average([mse(d.z0[i], d.zAdv0[i]), mse(d.z1[i], d.zAdv1[i])])),
  ],
  [
    "mean(cos(z(x), h(z(x'))))",
    (d) => mean((i) => average([cosine(d.z0[i], d.zAdv0[i]), cosine(d.z1[i], d.zAdv1[i])])),
  ],
  [
    "mean(mse(z(x), h(z(x'))))",
    (d) =>
      mean((i) =>
        average(
          [0, 1].map((l) =>
            mse(
              d[`z${l}`][i],
              d[`zAdv${l}`][i].map((v) => H * v),
            ),
          ),
        ),
      ),
  ],
  [
    "mean(exp(cos(z(x), z(x'))))",
    (d) => mean((i) => average([0, 1].map((l) => Math.exp(cosine(d[`z${l}`][i], d[`zAdv${l}`][i]))))),
  ],
  [
    "mean(ce(f(x), y) * cos(z(x), z(x')))",
    (d) =>
      mean(
        (i) => ce(d.f[i], LABELS[i]) * average([0, 1].map((l) => cosine(d[`z${l}`][i], d[`zAdv${l}`][i]))),
      ),
  ],
  ['mean(prob(f(x), y))', (d) => mean((i) => softmax(d.f[i])[LABELS[i]])],
  ['mean(margin(f(x), y))', (d) => mean((i) => rival(d.f[i], LABELS[i]) - d.f[i][LABELS[i]])],
  [
    'mean(margin(softmax(f(x)), y))',
    (d) => mean((i) => rival(softmax(d.f[i]), LABELS[i]) - softmax(d.f[i])[LABELS[i]]),
  ],
  ['mean(entropy(f(x)))', (d) => mean((i) => -sum(softmax(d.f[i]).map((p) => p * Math.log(p))))],
  ['mean(max(softmax(f(x))))', (d) => mean((i) => Math.max(...softmax(d.f[i])))],
  ['mean(min(softmax(f(x))))', (d) => mean((i) => Math.min(...softmax(d.f[i])))],
  [
    'max(ce(f(x), y)) - min(ce(f(x), y))',
    (d) =>
      Math.max(...d.f.map((r, i) => ce(r, LABELS[i]))) - Math.min(...d.f.map((r, i) => ce(r, LABELS[i]))),
  ],
  ['max(mean(z(x)))', (d) => Math.max(...[...d.z0, ...d.z1].map(average))],
  [
    "mean(max(ce(f(x), y), ce(f(x'), y)))",
    (d) => mean((i) => Math.max(ce(d.f[i], LABELS[i]), ce(d.fAdv[i], LABELS[i]))),
  ],
  ['mean(min(ce(f(x), y), 1))', (d) => mean((i) => Math.min(ce(d.f[i], LABELS[i]), 1))],
  [
    'mean(mean(max(0, z(x))))',
    (d) => mean((i) => average([...d.z0[i], ...d.z1[i]].map((v) => Math.max(0, v)))),
  ],
  ['exp(-mean(ce(f(x), y)))', (d) => Math.exp(-mean((i) => ce(d.f[i], LABELS[i])))],
  ['mean(log(prob(f(x), y)))', (d) => mean((i) => -ce(d.f[i], LABELS[i]))],
  ['mean(ce(log(softmax(f(x))), y))', (d) => mean((i) => ce(d.f[i], LABELS[i]))],
  ['mean(mean(exp(f(x))))', (d) => mean((i) => average(d.f[i].map(Math.exp)))],
  [
    "mean(ce(f(x) / 2 + 0.5 * f(x') - 1, y))",
    (d) =>
      mean((i) =>
        ce(
          d.f[i].map((v, k) => v / 2 + 0.5 * d.fAdv[i][k] - 1),
          LABELS[i],
        ),
      ),
  ],
  [
    "mean(ce(f(x), y) / (1 + ce(f(x'), y)))",
    (d) => mean((i) => ce(d.f[i], LABELS[i]) / (1 + ce(d.fAdv[i], LABELS[i]))),
  ],
  [
    '2 / mean(ce(f(x), y)) - exp(log(4)) * t + min(a, t) * max(2, 3)',
    (d) => 2 / mean((i) => ce(d.f[i], LABELS[i])) - 4 * T + 3 * T,
  ],
];

/** The gradient of `of` with respect to the table `name`, by central differences in double precision. */
function differences(of: (d: Data) => number, name: Name): number[] {
  const step = 1e-5;
  return Array.from({ length: N * SIZES[name] }, (_, at) => {
    const moved = (by: number) => {
      const copy = structuredClone(DATA) as Record<Name, Table>;
      copy[name][Math.floor(at / SIZES[name])][at % SIZES[name]] += by;
      return of(copy);
    };
    return (moved(step) - moved(-step)) / (2 * step);
  });
}

describe.each(CASES)('given %s', (text, of) => {
  it('when evaluated, then its value agrees with the definition and its gradient with finite differences', () => {
    const { value, gradients } = lossAndGradients(text);
    expect(value).toBeCloseTo(of(DATA), 4);
    for (const name of Object.keys(DATA)) {
      const expected = differences(of, name);
      gradients[name].forEach((g, i) => expect(g, `${name}, ${i}`).toBeCloseTo(expected[i], 3));
    }
  });
});

test('given every function and operator except sg, when searched in the cases above, then one has it', () => {
  const all = CASES.map(([text]) => text).join('\n');
  for (const name of [...Object.keys(FUNCTIONS), '+', '-', '*', '/'])
    if (name !== 'sg') expect(all).toContain(/\w/.test(name) ? `${name}(` : name);
});

test('given sg of features, when evaluated, then the value is unchanged and the gradient of these features is 0', () => {
  const whole = lossAndGradients("mean(cos(z(x'), z(x)))");
  const held = lossAndGradients("mean(cos(z(x'), sg(z(x))))");
  expect(held.value).toBe(whole.value);
  expect(held.gradients.z0.every((g) => g === 0)).toBe(true);
  expect(held.gradients.zAdv0).toEqual(whole.gradients.zAdv0);
  expect(whole.gradients.z0.some((g) => g !== 0)).toBe(true);
});

test('given an objective of features, when evaluated, then its value per example is the mean over the layers', () => {
  tf.tidy(() => {
    const tensors = Object.fromEntries(Object.entries(DATA).map(([n, t]) => [n, tf.tensor2d(t)]));
    const scope = scopeOf(tensors, tf.tensor1d(LABELS, 'int32'));
    const of = (text: string) => [
      ...new Evaluator(scope).perExample(formulaOf(text, 'objective')).dataSync(),
    ];
    of("cos(z(x'), z(x))").forEach((v, i) =>
      expect(v).toBeCloseTo(
        average([cosine(DATA.z0[i], DATA.zAdv0[i]), cosine(DATA.z1[i], DATA.zAdv1[i])]),
        5,
      ),
    );
    expect(of("ce(f(x'), y)")).toHaveLength(N);
  });
});

afterAll(() => expect(tf.memory().numTensors).toBe(0));
