/**
 * Seeded random streams (xoroshiro128+ of pure-rand), forked by name, so that adding a consumer never shifts the
 * numbers of another: initialisation, order, augmentation and attack starts each have their own, the same for every
 * method in a race.
 */
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';

const TWO_TO_MINUS_32 = 2 ** -32;

/** FNV-1a over the name, mixed with the seed: a 32-bit seed for the named stream. */
function mix(seed: number, name: string): number {
  let h = 0x811c9dc5 ^ seed;
  for (let i = 0; i < name.length; i++) h = Math.imul(h ^ name.charCodeAt(i), 0x01000193);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  return h | 0;
}

export class RandomStream {
  private constructor(private readonly generator: ReturnType<typeof xoroshiro128plus>) {}

  /** The stream `name` of `seed`. */
  static of(seed: number, name: string): RandomStream {
    return new RandomStream(xoroshiro128plus(mix(seed, name)));
  }

  /** A stream at the position that `state()` gave. */
  static restore(state: readonly number[]): RandomStream {
    return new RandomStream(xoroshiro128plusFromState(state));
  }

  /** Plain numbers for a checkpoint. */
  state(): number[] {
    return [...this.generator.getState()];
  }

  /** Uniform in [0, 1) with 32 random bits. */
  uniform(): number {
    return (this.generator.next() >>> 0) * TWO_TO_MINUS_32;
  }

  /** Uniform integer in [0, n). */
  integer(n: number): number {
    return Math.floor(this.uniform() * n);
  }

  /** Standard normal values (Box-Muller), float32. */
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

  /** Values in [low, high), float32. */
  uniformArray(length: number, low: number, high: number): Float32Array {
    const out = new Float32Array(length);
    const scale = (high - low) * TWO_TO_MINUS_32;
    for (let i = 0; i < length; i++) out[i] = low + scale * (this.generator.next() >>> 0);
    return out;
  }

  /** Fisher-Yates, in place. */
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
