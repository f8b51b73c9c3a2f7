/** Philox4x32-10 (core/philox.ts) on the GPU: each thread draws four numbers of its own counter. */
import type * as tf from '@tensorflow/tfjs-core';
import { PHILOX } from '../../../philox.ts';
import { sizeOf, type Runner } from './runner.ts';
import { declare, mainFunction } from './wgsl.ts';

const hex = (word: number): string => `0x${word.toString(16)}u`;

/** High 32 bits of a product, which WGSL has not: from halves of 16 bits. */
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

/** 24 bits w to numbers: (w - 2^23) / 2^23 is exact in float32. The angle is in [-pi, pi), where WGSL promises an accurate cosine. */
const DISTRIBUTIONS = {
  uniform: `  let noise = vec4f(vec4i(bits) - 8388608) * 0x1p-23;`,
  gaussian: `  let radius = sqrt(-2.0 * log((vec2f(bits.xz) + 1.0) * 0x1p-24));
  let angle = ${Math.PI.toFixed(9)} * (vec2f(vec2i(bits.yw) - 8388608) * 0x1p-23);
  let along = radius * cos(angle);
  let across = radius * sin(angle);
  let noise = vec4f(along.x, across.x, along.y, across.y);`,
} as const;

const source = (distribution: keyof typeof DISTRIBUTIONS): string => `${declare([
  { name: 'out', width: 1, writable: true },
  { name: 'key', width: 1, integer: true },
])}
${PHILOX_FUNCTION}
${mainFunction(
  '(i32(arrayLength(&out)) + 3) / 4',
  `  let words = philox(vec4u(u32(id), u32(key[2]), u32(key[3]), 0u), vec2u(u32(key[0]), u32(key[1])));
  let bits = words >> vec4u(8u);
${DISTRIBUTIONS[distribution]}
  // The last thread may have fewer than four places: a write beyond the end would land on the last one.
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
