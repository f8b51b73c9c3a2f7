/**
 * Seeded random streams (xoroshiro128+ of pure-rand). Each use has a stream of its own name, for example initialisation
 * or data order, so that a new use does not change the numbers of the others. The streams of a seed are the same for
 * every method in a race.
 */
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

const TWO_TO_MINUS_32 = 2 ** -32;

/** A 32-bit seed for the named stream: FNV-1a over the name, starting from the seed, and a final mix of the bits. */
function mix(seed: number, name: string): number {
  let h = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  return h | 0;
}

/** A sequence of random numbers. Every draw advances it. */
export class RandomStream {
  private constructor(private readonly generator: ReturnType<typeof xoroshiro128plus>) {}

  /** The stream `name` of the integer `seed`, of which the lower 32 bits count, at its start. */
  static of(seed: number, name: string): RandomStream {
    return new RandomStream(xoroshiro128plus(mix(seed, name)));
  }

  /** A new stream that continues where `state()` was called. */
  static restore(state: readonly number[]): RandomStream {
    return new RandomStream(xoroshiro128plusFromState(state));
  }

  /** The position of the stream as plain numbers, for a checkpoint. The caller owns the array. */
  state(): number[] {
    return [...this.generator.getState()];
  }

  /** A uniform number in [0, 1), a multiple of 2^-32. */
  uniform(): number {
    return (this.generator.next() >>> 0) * TWO_TO_MINUS_32;
  }

  /** A uniform integer in [0, n), for an integer n from 1 to 2^32. */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** New array [length] of standard normal values (Box-Muller). Takes two numbers of the stream for two values. */
  normalArray(length: number): Float32Array {
    const out = new Float32Array(length);
    for (let i = 0; i < length; i += 2) {
      const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
      const angle = 2 * Math.PI * this.uniform();
      out[i] = radius * Math.cos(angle);
      if (i + 1 < length) out[i + 1] = radius * Math.sin(angle);
    }
    return out;
  }

  /** New array [length] of uniform values in [low, high). Rounding to float32 can give `high` itself. */
  uniformArray(length: number, low: number, high: number): Float32Array {
    const out = new Float32Array(length);
    const scale = (high - low) * TWO_TO_MINUS_32;
    for (let i = 0; i < length; i++) out[i] = low + scale * (this.generator.next() >>> 0);
    return out;
  }

  /** Shuffles `values` in place (Fisher-Yates) and returns it. */
  shuffle(values: Uint32Array): Uint32Array {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const t = values[i];
      values[i] = values[j];
      values[j] = t;
    }
    return values;
  }
}
