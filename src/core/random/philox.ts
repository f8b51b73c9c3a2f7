/**
 * Philox4x32-10, a counter-based random generator: Salmon et al., Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011.
 * Number i of a stream depends only on the key and i, so that the threads of a GPU need no state. Every backend draws
 * the same words and uniform numbers from a key; normal numbers agree to float32's rounding.
 * backend/kernels/webgpu/random-start.ts is the implementation in WGSL.
 */

/** Multipliers, key increments and number of rounds, from the paper. */
export const PHILOX = { M0: 0xd2511f53, M1: 0xcd9e8d57, W0: 0x9e3779b9, W1: 0xbb67ae85, ROUNDS: 10 } as const;

/** The high and low 32 bits of the product of two unsigned 32-bit numbers, both unsigned. */
function multiply(a: number, b: number): [high: number, low: number] {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const middle = a1 * b0 + ((a0 * b0) >>> 16);
  const high = a1 * b1 + Math.floor(middle / 0x10000) + Math.floor(((middle % 0x10000) + a0 * b1) / 0x10000);
  return [high >>> 0, Math.imul(a, b) >>> 0];
}

export type FourWords = [number, number, number, number];

/** Four random words from a counter of four words and a key of two words. All are unsigned 32-bit numbers. */
export function philox(counter: Readonly<FourWords>, key: readonly [number, number]): FourWords {
  let [c0, c1, c2, c3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < PHILOX.ROUNDS; round++) {
    const [high0, low0] = multiply(PHILOX.M0, c0);
    const [high1, low1] = multiply(PHILOX.M1, c2);
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1, (high0 ^ c3 ^ k1) >>> 0, low0];
    k0 = (k0 + PHILOX.W0) >>> 0;
    k1 = (k1 + PHILOX.W1) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/**
 * Names a stream of random numbers, as int32: `seed` and `stream` are the key of Philox, `step` and `zero` the second
 * and third word of its counter. The first word counts groups of four numbers; the last is 0.
 */
export type StreamKey = readonly [seed: number, stream: number, step: number, zero: number];

/** The upper 24 bits of a word, in [0, 2^24): as many as a float32 represents exactly. */
const bits24 = (word: number): number => word >>> 8;

/** Calls `use` with the four words of each group of four numbers, and the index `at` of its first number. */
function forEachFour(
  length: number,
  key: ArrayLike<number>,
  use: (words: FourWords, at: number) => void,
): void {
  for (let i = 0; i < length; i += 4)
    use(philox([i / 4, key[2] >>> 0, key[3] >>> 0, 0], [key[0] >>> 0, key[1] >>> 0]), i);
}

/**
 * The first `length` uniform numbers in [-1, 1) of stream `key` (`StreamKey`). They are multiples of 2^-23, which
 * float32 represents exactly. The caller owns the array.
 */
export function philoxUniform(length: number, key: ArrayLike<number>): Float32Array {
  const out = new Float32Array(length);
  forEachFour(length, key, (words, at) => {
    for (let j = 0; j < 4 && at + j < length; j++) out[at + j] = bits24(words[j]) * 2 ** -23 - 1;
  });
  return out;
}

/**
 * The first `length` standard normal numbers of stream `key` (`StreamKey`), by Box-Muller: each two words give two
 * numbers. The caller owns the array.
 */
export function philoxNormal(length: number, key: ArrayLike<number>): Float32Array {
  const out = new Float32Array(length);
  forEachFour(length, key, (words, at) => {
    for (let j = 0; j < 4 && at + j < length; j += 2) {
      // The + 1 puts the logarithm's argument in (0, 1], because the logarithm of 0 is infinite.
      const radius = Math.sqrt(-2 * Math.log((bits24(words[j]) + 1) * 2 ** -24));
      const angle = Math.PI * (bits24(words[j + 1]) * 2 ** -23 - 1);
      out[at + j] = radius * Math.cos(angle);
      if (at + j + 1 < length) out[at + j + 1] = radius * Math.sin(angle);
    }
  });
  return out;
}
