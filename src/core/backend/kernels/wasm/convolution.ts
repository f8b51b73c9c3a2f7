/**
 * Convolution and its gradients on WASM. The forward pass and each phase of the input gradient are one gather
 * (convolution-functions.ts) over a zero-padded copy; the filter gradient is a sum of outer products over pixels. Only
 * filters are transposed. Most 3x3 convolutions of stride 1 use Winograd's filtering instead (winograd.ts).
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Address, WasmProgram } from './module.ts';
import { suitsWinograd, winogradConvolve } from './winograd.ts';

const FLOAT = 4;
const roundUp = (n: number, to: number): number => Math.ceil(n / to) * to;

/** A zero-padded copy of images in scratch memory, or the images themselves if they need no padding. */
interface Padded {
  /** Address of pixel (0, 0) of the unpadded image. */
  readonly origin: Address;
  readonly image: number;
  readonly row: number;
  readonly col: number;
  readonly channels: number;
}

/** Pads [N,H,W,C] by `before` and `after` zeros along H and W and to a multiple of four channels. Strides in bytes. */
function pad(
  program: WasmProgram,
  slot: string,
  tensor: tf.TensorInfo,
  before: number,
  after: number,
): Padded {
  const [n, h, w, c] = tensor.shape;
  const channels = roundUp(c, 4);
  const [ph, pw] = [h + before + after, w + before + after];
  const col = channels * FLOAT;
  const strides = { image: ph * pw * col, row: pw * col, col, channels };
  const source = program.address(tensor);
  if (before === 0 && after === 0 && channels === c) return { origin: source, ...strides };
  const target = program.scratch(slot, n * strides.image);
  program.split('pad', n, 1, (first, count) => [
    ...[source + first * h * w * c * FLOAT, target + first * strides.image, count, h, before, after],
    ...[strides.row, before * col, after * col, w, c * FLOAT, col],
  ]);
  return { origin: target + before * (strides.row + col), ...strides };
}

interface PackedFilter {
  readonly address: Address;
  /** Output channels per tile: 8, or 4 if their number, rounded up to a multiple of 4, is no multiple of 8. */
  readonly width: 4 | 8;
  readonly tiles: number;
  readonly tileBytes: number;
}

/**
 * Filter values for `taps` (u, v), as [tile][tap][reduction][width]: over input channels for the forward pass
 * (`transposed` false), over output channels for the input gradient. Channels beyond the filter's own count as zero.
 */
function packFilter(
  program: WasmProgram,
  filter: tf.TensorInfo,
  taps: readonly (readonly [number, number])[],
  transposed: boolean,
): PackedFilter {
  const [, kw, cin, cout] = filter.shape;
  const [from, to] = transposed ? [cout, cin] : [cin, cout];
  const reduction = roundUp(from, 4);
  const width = roundUp(to, 4) % 8 === 0 ? 8 : 4;
  const tiles = Math.ceil(to / width);
  const size = tiles * taps.length * reduction * width;
  const pack = (address: Address): void => {
    const source = program.floats(program.address(filter), kw * kw * cin * cout);
    const target = program.floats(address, size);
    const [fromStride, toStride] = transposed ? [1, cout] : [cout, 1];
    let k = 0;
    for (let tile = 0; tile < tiles; tile++) {
      for (const [u, v] of taps) {
        const tapStart = (u * kw + v) * cin * cout;
        for (let r = 0; r < reduction; r++) {
          for (let o = tile * width; o < (tile + 1) * width; o++) {
            target[k++] = r < from && o < to ? source[tapStart + r * fromStride + o * toStride] : 0;
          }
        }
      }
    }
  };
  // Packed filters are kept, since an attack uses the same weights many times.
  const slot = `${transposed ? 'to input' : 'to output'} ${filter.shape} ${taps.join(' ')}`;
  const address = program.derived(filter, slot, size * FLOAT, pack);
  return { address, width, tiles, tileBytes: taps.length * reduction * width * FLOAT };
}

/** Runs one gather. `offsets`: of the taps, in bytes from a pixel of x. Strides are in bytes. */
function gather(
  program: WasmProgram,
  x: { origin: Address; channels: number; image: number; row: number; col: number },
  filter: PackedFilter,
  offsets: readonly number[],
  y: { address: Address; image: number; row: number; col: number },
  [images, rows, cols]: readonly [number, number, number],
): void {
  const taps = program.scratch('taps', 64 * FLOAT);
  program.ints(taps, offsets.length).set(offsets);
  program.split(`convolve${filter.width}`, images, 1, (first, count) => [
    ...[x.origin + first * x.image, filter.address, y.address + first * y.image, taps, offsets.length],
    ...[x.channels, count, rows, cols, filter.tiles, filter.tileBytes],
    ...[x.image, x.row, x.col, y.image, y.row, y.col],
  ]);
}

const square = (k: number): [number, number][] =>
  Array.from({ length: k * k }, (_, i) => [Math.floor(i / k), i % k]);

/** y = conv(x, filter), for any number of channels. */
export function conv2d(
  program: WasmProgram,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  stride: 1 | 2,
): tf.TensorInfo {
  const [n, h, w] = x.shape;
  const [k, , , cout] = filter.shape;
  const [oh, ow] = [Math.ceil(h / stride), Math.ceil(w / stride)];
  const y = program.output([n, oh, ow, cout]);
  if (k === 3 && stride === 1 && suitsWinograd(h, w, x.shape[3], cout)) {
    winogradConvolve(program, x, filter, y, false);
    return y;
  }
  const taps = square(k);
  const p = (k - 1) / 2;
  const padded = pad(program, 'padded', x, p, p);
  const offsets = taps.map(([u, v]) => (u - p) * padded.row + (v - p) * padded.col);
  const packed = packFilter(program, filter, taps, false);
  const target = writable(program, y);
  gather(
    program,
    { ...padded, row: padded.row * stride, col: padded.col * stride },
    packed,
    offsets,
    target,
    [n, oh, ow],
  );
  unpadChannels(program, y, target);
  return y;
}

/** Where a gather may write [N,H,W,C]: the tensor itself, or scratch memory if C is no multiple of four. */
function writable(
  program: WasmProgram,
  tensor: tf.TensorInfo,
): { address: Address; image: number; row: number; col: number } {
  const [n, h, w, c] = tensor.shape;
  const col = roundUp(c, 4) * FLOAT;
  const address = c % 4 === 0 ? program.address(tensor) : program.scratch('unpadded', n * h * w * col);
  return { address, image: h * w * col, row: w * col, col };
}

/** Copies the result from the scratch memory of `writable` to the tensor, without the added channels. */
function unpadChannels(program: WasmProgram, tensor: tf.TensorInfo, written: { address: Address }): void {
  const [n, h, w, c] = tensor.shape;
  if (c % 4 === 0) return;
  const [from, to] = [roundUp(c, 4) * FLOAT, c * FLOAT];
  const target = program.address(tensor);
  program.split('copyPixels', n * h * w, 256, (first, count) => [
    ...[written.address + first * from, target + first * to, count, from, to],
  ]);
}

/**
 * dx of conv2d. Pixel (s*a + i, s*b + j) of dx, for each phase (i, j) of the stride s, is a gather over dy with the
 * taps (u, v) for which i + p - u and j + p - v are multiples of s: the same number of products as the forward pass.
 */
export function conv2dInputGrad(
  program: WasmProgram,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  inputShape: readonly [number, number, number, number],
  stride: 1 | 2,
): tf.TensorInfo {
  const [n, h, w] = inputShape;
  const k = filter.shape[0];
  const p = (k - 1) / 2;
  const dx = program.output([...inputShape]);
  if (k === 3 && stride === 1 && suitsWinograd(h, w, dy.shape[3], inputShape[3])) {
    winogradConvolve(program, dy, filter, dx, true);
    return dx;
  }
  const padded = pad(program, 'padded', dy, p, p);
  const target = writable(program, dx);
  for (let i = 0; i < stride; i++) {
    for (let j = 0; j < stride; j++) {
      const rows = Math.ceil((h - i) / stride);
      const cols = Math.ceil((w - j) / stride);
      if (rows <= 0 || cols <= 0) continue;
      const taps = square(k).filter(([u, v]) => (i + p - u) % stride === 0 && (j + p - v) % stride === 0);
      const offsets = taps.map(
        ([u, v]) => ((i + p - u) / stride) * padded.row + ((j + p - v) / stride) * padded.col,
      );
      // A phase without taps (1x1, stride 2) gives zeros.
      const packed = packFilter(program, filter, taps, true);
      const phase = {
        address: target.address + i * target.row + j * target.col,
        image: target.image,
        row: target.row * stride,
        col: target.col * stride,
      };
      gather(program, padded, packed, offsets, phase, [n, rows, cols]);
    }
  }
  unpadChannels(program, dx, target);
  return dx;
}

/** How many pixels of dy are processed together: they and the pixels of x under them fit the first-level cache. */
const PART_PIXELS = 64;

/** dfilter of conv2d; dy's channels must be a multiple of four. */
export function conv2dFilterGrad(
  program: WasmProgram,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  filterShape: readonly [number, number, number, number],
  stride: 1 | 2,
): tf.TensorInfo {
  const [k, , cin, cout] = filterShape;
  const [n, oh, ow] = dy.shape;
  const p = (k - 1) / 2;
  const padded = pad(program, 'padded', x, p, p);
  const dfilter = program.output([...filterShape]);
  const tapFloats = padded.channels * cout;
  const sums =
    padded.channels === cin
      ? program.address(dfilter)
      : program.scratch('filterGradient', k * k * tapFloats * FLOAT);
  program.floats(sums, k * k * tapFloats).fill(0);
  const width = cout % 8 === 0 ? 8 : 4;
  const block = Math.min(n, Math.max(1, Math.floor(PART_PIXELS / (oh * ow))));
  const pixels = program.scratch('pixels', block * oh * ow * FLOAT);
  const offsets = program.ints(pixels, block * oh * ow);
  let at = 0;
  for (let image = 0; image < block; image++)
    for (let row = 0; row < oh; row++)
      for (let col = 0; col < ow; col++)
        offsets[at++] = image * padded.image + stride * (row * padded.row + col * padded.col);
  const taps = program.scratch('taps', 64 * FLOAT);
  program.ints(taps, k * k).set(square(k).map(([u, v]) => (u - p) * padded.row + (v - p) * padded.col));
  const dyAddress = program.address(dy);
  program.split(`filterGradient${width}`, padded.channels / 4, 1, (first, tiles) => [
    ...[padded.origin + first * 16, dyAddress, sums + first * 4 * cout * FLOAT, taps, k * k],
    ...[tapFloats * FLOAT, pixels, oh * ow, n, block, PART_PIXELS, padded.image],
    ...[cout * FLOAT, tiles, cout / width, cout * FLOAT],
  ]);
  if (padded.channels !== cin) {
    program.call('copyPixels', sums, program.address(dfilter), k * k, tapFloats * FLOAT, cin * cout * FLOAT);
  }
  return dfilter;
}
