/**
 * How much one thread computes. Values that a thread has loaded are used for every output of its tile, so large tiles
 * load less; small tiles make more threads and need fewer registers.
 *
 * A GPU wants thousands of threads with few registers each. A software rasteriser runs four threads per SIMD
 * instruction, pays for each load as for some thirty multiplications, and keeps what does not fit registers in its
 * cache: there the largest tile that compiles in reasonable time wins. Workgroup memory would help neither: the
 * rasteriser reads it as slowly as any other, and a GPU's first-level cache serves the same purpose for tiles of this
 * size.
 */
export interface Tile {
  /** Output rows and columns of a thread. */
  readonly rows: number;
  readonly cols: number;
  /** Vectors of output channels of a thread. */
  readonly vectors: number;
}

/** The largest number up to `limit` that divides `count`. */
export function dividing(count: number, limit: number): number {
  let fitting = Math.min(count, limit);
  while (count % fitting !== 0) fitting--;
  return fitting;
}

/** The tile of a convolution ('forward') or of its gradient to the image ('backward'). */
export function gatherTile(software: boolean, direction: 'forward' | 'backward', stride: number): Tile {
  // Of a strided convolution's taps only every other reaches an output of the gradient: more outputs share what is
  // read.
  if (direction === 'backward' && stride === 2) {
    return software ? { rows: 4, cols: 8, vectors: 1 } : { rows: 4, cols: 4, vectors: 1 };
  }
  if (!software) return { rows: 2, cols: 4, vectors: 1 };
  return { rows: stride === 1 ? 4 : 2, cols: 4, vectors: 2 };
}

/** What a thread of the filter gradient computes. */
export interface FilterTile {
  /** Output pixels of one step. */
  readonly rows: number;
  readonly cols: number;
  /** Vectors of input and of output channels. */
  readonly inVectors: number;
  readonly outVectors: number;
  /** All k x k taps, or one row of k. */
  readonly allTaps: boolean;
}

export function filterTile(software: boolean, k: number, stride: number): FilterTile {
  if (k === 1) return { rows: 1, cols: 4, inVectors: 2, outVectors: 2, allTaps: true };
  return software
    ? { rows: stride === 1 ? 4 : 2, cols: 4, inVectors: 1, outVectors: 1, allTaps: true }
    : { rows: 1, cols: 4, inVectors: 1, outVectors: 1, allTaps: false };
}

/** Into how many shares the sum over `tiles` tiles is split when one share has that many threads. */
export function sharesOf(software: boolean, threads: number, tiles: number): number {
  const wanted = software ? Math.ceil(512 / threads) : Math.min(64, Math.ceil(32_768 / threads));
  return Math.min(tiles, wanted);
}
