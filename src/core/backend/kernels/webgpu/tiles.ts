/**
 * How much one thread computes. A thread uses the values it has loaded for every output of its tile, so large tiles
 * load less; small tiles give more threads and need fewer registers.
 *
 * A GPU needs thousands of threads with few registers each. A software rasteriser runs four threads per SIMD
 * instruction, a load costs it as much as some thirty multiplications, and values that do not fit in registers are in
 * its cache: there the largest tile that compiles in reasonable time is fastest. Workgroup memory would help neither:
 * the rasteriser reads it as slowly as other memory, and a GPU's first-level cache does the same for tiles of this
 * size.
 */
export interface Tile {
  /** Output rows and columns per thread. */
  readonly rows: number;
  readonly cols: number;
  /** Vectors of output channels per thread. */
  readonly vectors: number;
}

/** The largest number up to `limit` that divides `count`. */
export function dividing(count: number, limit: number): number {
  let fitting = Math.min(count, limit);
  while (count % fitting !== 0) fitting--;
  return fitting;
}

/** The tile of a convolution ('forward') or of its gradient with respect to the image ('backward'). */
export function gatherTile(software: boolean, direction: 'forward' | 'backward', stride: number): Tile {
  // With stride 2, only every other tap contributes to an output of the gradient, so that larger tiles pay.
  if (direction === 'backward' && stride === 2) {
    return software ? { rows: 4, cols: 8, vectors: 1 } : { rows: 4, cols: 4, vectors: 1 };
  }
  if (!software) return { rows: 2, cols: 4, vectors: 1 };
  return { rows: stride === 1 ? 4 : 2, cols: 4, vectors: 2 };
}

/** The tile of a thread of the filter gradient. */
export interface FilterTile {
  /** Rows and columns of output pixels per step. */
  readonly rows: number;
  readonly cols: number;
  /** Vectors of input and of output channels. */
  readonly inVectors: number;
  readonly outVectors: number;
  /** Whether it computes all k x k taps, or one row of k. */
  readonly allTaps: boolean;
}

export function filterTile(software: boolean, k: number, stride: number): FilterTile {
  if (k === 1) return { rows: 1, cols: 4, inVectors: 2, outVectors: 2, allTaps: true };
  return software
    ? { rows: stride === 1 ? 4 : 2, cols: 4, inVectors: 1, outVectors: 1, allTaps: true }
    : { rows: 1, cols: 4, inVectors: 1, outVectors: 1, allTaps: false };
}

/** The number of shares into which the sum over `tiles` tiles is split, if one share has `threads` threads. */
export function sharesOf(software: boolean, threads: number, tiles: number): number {
  const wanted = software ? Math.ceil(512 / threads) : Math.min(64, Math.ceil(32_768 / threads));
  return Math.min(tiles, wanted);
}
