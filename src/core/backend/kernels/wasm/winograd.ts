/** Decides which convolutions use Winograd's filtering (winograd-transforms.ts), and allocates its memory. */
import type * as tf from '@tensorflow/tfjs-core';
import type { Address, WasmProgram } from './module.ts';
import { TILES_AT_ONCE } from './winograd-functions.ts';
import { MATRICES, TILE } from './winograd-transforms.ts';

const FLOAT = 4;
/** With fewer channels the transforms cost more than they save. */
const FEWEST_CHANNELS = 16;
/**
 * The largest transformed filter, since transformed filters are kept for a whole step; larger ones use the direct
 * kernel.
 */
const MOST_FILTER_BYTES = 8 << 20;
/** Bytes of transformed inputs and products per block: fits half a megabyte of second-level cache beside the filter. */
const BLOCK_BYTES = 256 << 10;
/**
 * Bytes between matrices. Without them, the elements of one tile would be a power of two apart and evict each other
 * from the cache.
 */
const GAP = 64;
/**
 * The ratio of the products of the direct kernel (9 per pixel) to Winograd's (36 per tile) from which the transforms
 * pay.
 */
const LEAST_GAIN = 1.8;

const tilesOf = (h: number, w: number): number => Math.ceil(h / TILE) * Math.ceil(w / TILE);

/**
 * Whether a 3x3 convolution of stride 1 from `from` to `to` channels on images of h x w pixels uses Winograd's
 * filtering.
 */
export function suitsWinograd(h: number, w: number, from: number, to: number): boolean {
  if (from % 4 !== 0 || to % 8 !== 0 || Math.min(from, to) < FEWEST_CHANNELS) return false;
  if (MATRICES * from * to * FLOAT > MOST_FILTER_BYTES) return false;
  return (9 * h * w) / (MATRICES * tilesOf(h, w)) >= LEAST_GAIN;
}

/**
 * The transformed filter [3,3,in,out]; with `transposed`, that of the filter rotated by 180 degrees, from out to in.
 */
function transformFilter(program: WasmProgram, filter: tf.TensorInfo, transposed: boolean): Address {
  const [, , cin, cout] = filter.shape;
  const taps = 9;
  const make = (u: Address): void => {
    if (!transposed) return program.call('winogradFilter', program.address(filter), u, cin, cout);
    const turned = program.scratch('turned', taps * cin * cout * FLOAT);
    const from = program.floats(program.address(filter), taps * cin * cout);
    const to = program.floats(turned, taps * cin * cout);
    let k = 0;
    for (let tap = taps - 1; tap >= 0; tap--) {
      const first = tap * cin * cout;
      for (let o = 0; o < cout; o++) for (let c = 0; c < cin; c++) to[k++] = from[first + c * cout + o];
    }
    program.call('winogradFilter', turned, u, cout, cin);
  };
  const slot = `Winograd ${transposed ? 'to input' : 'to output'}`;
  return program.derived(filter, slot, MATRICES * cin * cout * FLOAT, make);
}

/**
 * Convolves x [N,H,W,from] with a filter into `output` [N,H,W,to]; `suitsWinograd` must be true. With `transposed` it
 * computes the gradient with respect to the input.
 */
export function winogradConvolve(
  program: WasmProgram,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  output: tf.TensorInfo,
  transposed: boolean,
): void {
  const [n, h, w, from] = x.shape;
  const to = output.shape[3];
  const tiles = tilesOf(h, w);
  const perTile = MATRICES * (from + to) * FLOAT;
  const most = Math.max(1, Math.floor(BLOCK_BYTES / perTile / TILES_AT_ONCE)) * TILES_AT_ONCE;
  const block = Math.min(most, n * tiles);
  const [vMatrix, mMatrix] = [from, to].map((channels) => block * channels * FLOAT + GAP);
  const table = MATRICES * FLOAT + GAP;
  const part = table + MATRICES * (vMatrix + mMatrix);
  const u = transformFilter(program, filter, transposed);
  const zeros = program.scratch('zeros', from * FLOAT);
  program.floats(zeros, from).fill(0);
  const scratch = program.scratch('winograd', program.parts * part);
  const [source, target] = [program.address(x), program.address(output)];
  const strides = (channels: number): number[] => [h * w, w, 1].map((pixels) => pixels * channels * FLOAT);
  const [xStrides, yStrides] = [strides(from), strides(to)];
  program.split('winograd8', n, 1, (first, count, k) => {
    const pixels = scratch + k * part;
    const v = pixels + table;
    return [
      ...[source + first * xStrides[0], u, target + first * yStrides[0], count * tiles, h, w, from, to],
      ...[...xStrides, ...yStrides, block, pixels, zeros, v, vMatrix, v + MATRICES * vMatrix, mMatrix],
    ];
  });
}
