/** Philox4x32-10 (core/random/philox.ts) on the GPU: each thread draws four numbers with its own counter. */
import type * as tf from '@tensorflow/tfjs-core';
import { PHILOX } from '../../../random/philox.ts';
import { sizeOf, type Runner } from './runner.ts';
import { declare, mainFunction } from './wgsl.ts';

const hex = (word: number): string => `0x${word.toString(16)}u`;

/** Philox, with a function for the high 32 bits of a product, which WGSL lacks, from halves of 16 bits. */
const PHILOX_FUNCTION = `fn high(a: u32, b: u32) -> u32 {
  let a0 = a & 0xffffu; let a1 = a >> 16u;
  let b0 = b & 0xffffu; let b1 = b >> 16u;
  let middle = a1 * b0 + ((a0 * b0) >> 16u);
  return a1 * b1 + (middle >> 16u) + (((middle & 0xffffu) + a0 * b1) >> 16u);
}
fn philox(counter: vec4u, key: vec2u) -> vec4u {
  var c = counter;
  var k = key;
  for (var round = 0; round < ${PHILOX.ROUNDS}; round++) {
    let high0 = high(${hex(PHILOX.M0)}, c.x); let low0 = ${hex(PHILOX.M0)} * c.x;
    let high1 = high(${hex(PHILOX.M1)}, c.z); let low1 = ${hex(PHILOX.M1)} * c.z;
    c = vec4u(high1 ^ c.y ^ k.x, low1, high0 ^ c.w ^ k.y, low0);
    k += vec2u(${hex(PHILOX.W0)}, ${hex(PHILOX.W1)});
  }
  return c;
}`;

/** coefficients[0] + x (coefficients[1] + x (..)). */
const polynomial = (x: string, coefficients: readonly number[]): string =>
  coefficients.map((c) => c.toExponential(9)).reduceRight((sum, c) => `(${c} + ${x} * ${sum})`);

/**
 * Logarithm, cosine and sine for Box-Muller. WGSL's own may be off by 2^-21 (log near 1) and 2^-11 (cos, sin): a
 * logarithm above 0 would give NaN instead of a radius of 0, and normal numbers would depend on the driver. The error
 * of these series is less than float32's rounding.
 */
const BOX_MULLER_FUNCTIONS = `
// log u for u in [2^-24, 1]: u = 2^e m with m in [sqrt(1/2), sqrt(2)), log m = 2 artanh((m - 1) / (m + 1)).
fn log_unit(u: vec2f) -> vec2f {
  let bits = bitcast<vec2i>(u);
  let e = (bits - 0x3f3504f3) >> vec2u(23u);
  let m = bitcast<vec2f>(bits - e * 0x800000);
  let s = (m - 1.0) / (m + 1.0);
  let s2 = s * s;
  return vec2f(e) * ${Math.LN2.toFixed(9)} + 2.0 * s * ${polynomial('s2', [1, 1 / 3, 1 / 5, 1 / 7, 1 / 9])};
}
struct Direction { cosine: vec2f, sine: vec2f }
// For an angle of t half turns, t in [-1, 1]: the difference x from the nearest quarter turn is at most pi / 4.
fn direction(t: vec2f) -> Direction {
  let quarter = round(2.0 * t);
  let x = ${Math.PI.toFixed(9)} * (t - 0.5 * quarter);
  let x2 = x * x;
  let c = ${polynomial('x2', [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320])};
  let s = x * ${polynomial('x2', [1, -1 / 6, 1 / 120, -1 / 5040])};
  let q = vec2i(quarter) & vec2i(3);
  let odd = (q & vec2i(1)) == vec2i(1);
  let cosine = select(c, s, odd);
  let sine = select(s, c, odd);
  return Direction(select(cosine, -cosine, (q == vec2i(1)) | (q == vec2i(2))), select(sine, -sine, q >= vec2i(2)));
}`;

/** From 24 bits w: (w - 2^23) / 2^23 is exact in float32. */
const DISTRIBUTIONS = {
  uniform: {
    functions: '',
    noise: `  let noise = vec4f(vec4i(bits) - 8388608) * 0x1p-23;`,
  },
  gaussian: {
    functions: BOX_MULLER_FUNCTIONS,
    noise: `  let radius = sqrt(-2.0 * log_unit((vec2f(bits.xz) + 1.0) * 0x1p-24));
  let towards = direction(vec2f(vec2i(bits.yw) - 8388608) * 0x1p-23);
  let along = radius * towards.cosine;
  let across = radius * towards.sine;
  let noise = vec4f(along.x, across.x, along.y, across.y);`,
  },
} as const;

const source = (distribution: keyof typeof DISTRIBUTIONS): string => `${declare([
  { name: 'out', width: 1, writable: true },
  { name: 'key', width: 1, integer: true },
])}
${PHILOX_FUNCTION}${DISTRIBUTIONS[distribution].functions}
${mainFunction(
  '(i32(arrayLength(&out)) + 3) / 4',
  `  let words = philox(vec4u(u32(id), u32(key[2]), u32(key[3]), 0u), vec2u(u32(key[0]), u32(key[1])));
  let bits = words >> vec4u(8u);
${DISTRIBUTIONS[distribution].noise}
  // The last thread may have fewer than four numbers to write; a write beyond the end would change the last one.
  let left = i32(arrayLength(&out)) - id * 4;
  for (var k = 0; k < min(4, left); k++) { out[id * 4 + k] = noise[k]; }`,
)}`;

/** key [4] -> noise of `shape`. */
export function randomStart(
  runner: Runner,
  { key }: { key: tf.TensorInfo },
  { shape, distribution }: { shape: readonly number[]; distribution: keyof typeof DISTRIBUTIONS },
): tf.TensorInfo {
  const noise = runner.output(shape);
  const threads = Math.ceil(sizeOf(shape) / 4);
  runner.run(`randomStart ${distribution}`, () => source(distribution), [noise, key], threads);
  return noise;
}
