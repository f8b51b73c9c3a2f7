/**
 * Convolution and its gradient with respect to the image, both as a gather: a thread computes a tile of output pixels
 * and channels. For each block of up to four input channels it reads the window of pixels that the tile needs once, and
 * multiplies it by the filter's taps.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { Runner } from './runner.ts';
import { dividing, gatherTile, type Tile } from './tiles.ts';
import {
  component,
  declare,
  lengthOf,
  load,
  mainFunction,
  range,
  store,
  typeOf,
  widthOf,
  type Uniforms,
  type Width,
} from './wgsl.ts';

/** One gather. "In" is the tensor that is read (x, or dy for the gradient), "out" the one that is written. */
interface Gather {
  readonly inWidth: Width;
  readonly outWidth: Width;
  readonly k: number;
  readonly tile: Tile;
  /** Whether the filter's last axis has the channels that are read: [k,k,out,in] instead of [k,k,in,out]. */
  readonly transposed: boolean;
  /** Whether the binding `plus`, of y's shape, is added to the result. */
  readonly plus: boolean;
  /**
   * Whether factors and products are 16-bit floats, also their sums over one window and block of input channels; other
   * sums have 32 bits.
   */
  readonly half: boolean;
  /**
   * In half precision, values that are read are multiplied by this, and the result divided by it. A power of two, so
   * that both are exact.
   */
  readonly scale: number;
  /** Expression for the input coordinate of a tile that starts at output coordinate `start`. */
  base(start: string): string;
  /** Offset from the base of the input that tap u multiplies for the tile's output r; null if there is none. */
  source(r: number, u: number): number | null;
}

/** Heights, widths and numbers of channel vectors; the number of tiles down and across an image. */
const SIZES: Uniforms = {
  type: 'i32',
  names: ['in_height', 'in_width', 'in_blocks', 'out_height', 'out_width', 'out_blocks', 'down', 'across'],
};

/** An offset as part of an identifier. */
const id = (offset: number): string => (offset < 0 ? `m${-offset}` : `${offset}`);

/** The offsets from the base, along one axis, that the tile's outputs need. */
function offsetsOf(g: Gather, size: number): number[] {
  const all = range(size).flatMap((r) => range(g.k).map((u) => g.source(r, u)));
  return [...new Set(all.filter((a): a is number => a !== null))].sort((a, b) => a - b);
}

/** The type of the products. */
const factorType = (g: Gather, width: Width): string =>
  !g.half ? typeOf(width) : width === 1 ? 'f16' : `vec${width}h`;

/**
 * The largest scaled gradient in half precision: a window of 36 products with weights up to 0.4 is then below the
 * largest binary16 number, 65,504.
 */
const LARGEST = 4096;

/** Expression for a value that was read, as a factor. Scaled values are clamped, since a cast could give infinities. */
function factor(g: Gather, width: Width, value: string): string {
  if (!g.half) return value;
  const type = typeOf(width);
  const scaled =
    g.scale === 1 ? value : `clamp(${value} * ${g.scale}, ${type}(-${LARGEST}), ${type}(${LARGEST}))`;
  return `${factorType(g, width)}(${scaled})`;
}

/** Reads the window's pixels for one block of input channels into `x_<row>_<col>`, zero outside of the image. */
function loadWindow(g: Gather): string {
  const zero = `${factorType(g, g.inWidth)}(0)`;
  return offsetsOf(g, g.tile.rows)
    .flatMap((a) =>
      offsetsOf(g, g.tile.cols).map((b) => {
        const value = factor(g, g.inWidth, load('x', g.inWidth, `at + row_at${id(a)} + col_at${id(b)}`));
        return `    let x_${id(a)}_${id(b)} = select(${zero}, ${value}, row${id(a)} && col${id(b)});`;
      }),
    )
    .join('\n');
}

/** Positions of the window's rows and columns, and whether they are inside the image; once per thread. */
function locateWindow(g: Gather): string {
  const rows = offsetsOf(g, g.tile.rows).map(
    (a) => `  let row${id(a)} = u32(row_base + ${a}) < u32(in_height);
  let row_at${id(a)} = (row_base + ${a}) * in_width * in_blocks;`,
  );
  const cols = offsetsOf(g, g.tile.cols).map(
    (b) => `  let col${id(b)} = u32(col_base + ${b}) < u32(in_width);
  let col_at${id(b)} = (col_base + ${b}) * in_blocks;`,
  );
  return [...rows, ...cols].join('\n');
}

/**
 * Reads tap (u, v) into `w<input channel>_<vector>`, vectors over output channels, for either layout of the filter.
 * `line` is the length of the filter's last axis, `taps_at` the thread's index in the current block of input channels.
 */
function loadTap(g: Gather, u: number, v: number): string {
  const { inWidth, outWidth } = g;
  const lines = [`let tap = taps_at + ${u * g.k + v} * tap_size;`];
  for (const n of range(g.tile.vectors)) {
    if (!g.transposed) {
      for (const c of range(inWidth)) {
        const tap = load('taps', outWidth, `tap + ${c} * line + ${n}`);
        lines.push(`let w${c}_${n} = ${factorType(g, outWidth)}(${tap});`);
      }
      continue;
    }
    for (const o of range(outWidth)) {
      lines.push(`let t${o}_${n} = ${load('taps', inWidth, `tap + ${n * outWidth + o} * line`)};`);
    }
    for (const c of range(inWidth)) {
      const parts = range(outWidth).map((o) => component(`t${o}_${n}`, inWidth, c));
      lines.push(`let w${c}_${n} = ${factorType(g, outWidth)}(${typeOf(outWidth)}(${parts.join(', ')}));`);
    }
  }
  return lines.join('\n      ');
}

/**
 * Multiplies the window by one tap and adds to the accumulators `y_<row>_<col>_<vector>`, or in half precision to
 * `half_<..>`, which are added to them after each block.
 */
function multiplyTap(g: Gather, u: number, v: number): string {
  const { inWidth, tile } = g;
  const type = factorType(g, g.outWidth);
  const lines: string[] = [];
  for (const r of range(tile.rows)) {
    for (const q of range(tile.cols)) {
      const [a, b] = [g.source(r, u), g.source(q, v)];
      if (a === null || b === null) continue;
      for (const n of range(tile.vectors)) {
        const y = `${g.half ? 'half' : 'y'}_${r}_${q}_${n}`;
        for (const c of range(inWidth)) {
          const x = component(`x_${id(a)}_${id(b)}`, inWidth, c);
          lines.push(`${y} = fma(${type}(${x}), w${c}_${n}, ${y});`);
        }
      }
    }
  }
  return lines.length > 0 ? `    {\n      ${loadTap(g, u, v)}\n      ${lines.join(' ')}\n    }` : '';
}

function storeTile({ outWidth, tile, plus, half, scale }: Gather): string {
  const lines: string[] = [];
  for (const r of range(tile.rows)) {
    for (const q of range(tile.cols)) {
      const writes = range(tile.vectors).map((n) => {
        const at = `to + (${r} * out_width + ${q}) * out_blocks + ${n}`;
        const sum = `y_${r}_${q}_${n}`;
        const value = half && scale !== 1 ? `(${sum} * ${1 / scale})` : sum;
        return store('y', outWidth, at, plus ? `(${value} + ${load('plus', outWidth, at)})` : value);
      });
      const inside = `i0 + ${r} < out_height && j0 + ${q} < out_width`;
      lines.push(`  if (${inside}) { ${writes.join(' ')} }`);
    }
  }
  return lines.join('\n');
}

function gatherSource(g: Gather): string {
  const { inWidth, outWidth, tile } = g;
  const accumulators = range(tile.rows).flatMap((r) =>
    range(tile.cols).flatMap((q) => range(tile.vectors).map((n) => `${r}_${q}_${n}`)),
  );
  const inBlock = g.half ? accumulators : [];
  const taps = range(g.k).flatMap((u) => range(g.k).map((v) => multiplyTap(g, u, v)));
  const filterWidth = g.transposed ? inWidth : outWidth;
  return `${g.half ? 'enable f16;\n' : ''}${declare(
    [
      { name: 'y', width: outWidth, writable: true },
      { name: 'x', width: inWidth },
      { name: 'taps', width: filterWidth },
      ...(g.plus ? [{ name: 'plus', width: outWidth }] : []),
    ],
    SIZES,
  )}
${mainFunction(
  `${lengthOf('y', outWidth)} / (uniforms.out_height * uniforms.out_width * uniforms.out_blocks)
    * uniforms.down * uniforms.across * (uniforms.out_blocks / ${tile.vectors})`,
  `${SIZES.names.map((name) => `  let ${name} = uniforms.${name};`).join('\n')}
  let channel_groups = out_blocks / ${tile.vectors};
  let channels = id % channel_groups * ${tile.vectors};
  let tile = id / channel_groups;
  let image = tile / (down * across);
  let i0 = tile / across % down * ${tile.rows};
  let j0 = tile % across * ${tile.cols};
  let row_base = ${g.base('i0')};
  let col_base = ${g.base('j0')};
${locateWindow(g)}
${accumulators.map((a) => `  var y_${a} = ${typeOf(outWidth)}(0);`).join('\n')}
  let line = ${g.transposed ? 'in_blocks' : 'out_blocks'};
  let tap_size = in_blocks * out_blocks * ${(inWidth * outWidth) / filterWidth};
  for (var block = 0; block < in_blocks; block++) {
    let at = image * in_height * in_width * in_blocks + block;
    let taps_at = ${g.transposed ? `channels * ${outWidth} * line + block` : `block * ${inWidth} * line + channels`};
${loadWindow(g)}
${inBlock.map((a) => `    var half_${a} = ${factorType(g, outWidth)}(0);`).join('\n')}
${taps.filter((t) => t !== '').join('\n')}
${inBlock.map((a) => `    y_${a} += ${typeOf(outWidth)}(half_${a});`).join('\n')}
  }
  let to = ((image * out_height + i0) * out_width + j0) * out_blocks + channels;
${storeTile(g)}`,
)}`;
}

/** Runs the gather that reads `x` [N,H,W,in] and writes [N, ...outSize, out]. */
function runGather(
  runner: Runner,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  outSize: readonly [number, number],
  outChannels: number,
  how: Pick<Gather, 'transposed' | 'base' | 'source' | 'half' | 'scale'> & { readonly name: string },
  wanted: Tile,
  plus?: tf.TensorInfo,
): tf.TensorInfo {
  const [images, height, width, inChannels] = x.shape;
  const [inWidth, outWidth] = [widthOf(inChannels), widthOf(outChannels)];
  const outBlocks = outChannels / outWidth;
  // Vectors of fewer than four channels are cheap: use up to eight of them.
  const tile = { ...wanted, vectors: dividing(outBlocks, outWidth === 4 ? wanted.vectors : 8) };
  const [down, across] = [Math.ceil(outSize[0] / tile.rows), Math.ceil(outSize[1] / tile.cols)];
  const y = runner.output([images, ...outSize, outChannels]);
  const k = filter.shape[0];
  runner.run(
    [how.name, how.half, k, inWidth, outWidth, tile.rows, tile.cols, tile.vectors, plus !== undefined].join(
      ' ',
    ),
    () => gatherSource({ ...how, inWidth, outWidth, k, tile, plus: plus !== undefined }),
    [y, x, filter, ...(plus ? [plus] : [])],
    (images * down * across * outBlocks) / tile.vectors,
    { sizes: [height, width, inChannels / inWidth, ...outSize, outBlocks, down, across] },
  );
  return y;
}

/** Large tiles on a software adapter, but not in half precision, where llvmpipe takes half a minute to compile one. */
const largeTiles = (runner: Runner, half: boolean): boolean => runner.software && !half;

/** y[n,i,j,o] = sum over u, v, c of x[n, i*stride+u-pad, j*stride+v-pad, c] * filter[u,v,c,o]. */
export function conv2d(
  runner: Runner,
  { x, filter }: { x: tf.TensorInfo; filter: tf.TensorInfo },
  { stride, half = false }: { stride: number; half?: boolean },
): tf.TensorInfo {
  const pad = (filter.shape[0] - 1) / 2;
  const outSize = [Math.ceil(x.shape[1] / stride), Math.ceil(x.shape[2] / stride)] as const;
  const how = {
    name: `conv2d, stride ${stride},`,
    transposed: false,
    half,
    scale: 1,
    base: (start: string) => `${start} * ${stride} - ${pad}`,
    source: (r: number, u: number) => r * stride + u,
  };
  const tile = gatherTile(largeTiles(runner, half), 'forward', stride);
  return runGather(runner, x, filter, outSize, filter.shape[3], how, tile);
}

/**
 * Gradients of a mean over a batch are small: without this factor most would be below binary16's normal numbers (6e-5)
 * in half precision. Gradients up to LARGEST / 256 = 16 are not clamped.
 */
const GRADIENT_SCALE = 256;

/**
 * dx[n,i,j,c] = plus[n,i,j,c], if given, plus the sum over u, v, o of dy[n, (i+pad-u)/stride, (j+pad-v)/stride, o] *
 * filter[u,v,c,o], for those u, v whose divisions are exact. Tiles start at multiples of the stride, so that the
 * shader's source can state which taps contribute to which pixels of a tile.
 */
export function conv2dInputGrad(
  runner: Runner,
  { dy, filter, plus }: { dy: tf.TensorInfo; filter: tf.TensorInfo; plus?: tf.TensorInfo },
  { inputShape, stride, half = false }: { inputShape: readonly number[]; stride: number; half?: boolean },
): tf.TensorInfo {
  const pad = (filter.shape[0] - 1) / 2;
  const how = {
    name: `conv2dInputGrad, stride ${stride},`,
    transposed: true,
    half,
    scale: GRADIENT_SCALE,
    base: (start: string) => `${start} / ${stride}`,
    source: (r: number, u: number) => ((r + pad - u) % stride === 0 ? (r + pad - u) / stride : null),
  };
  const tile = gatherTile(largeTiles(runner, half), 'backward', stride);
  return runGather(runner, dy, filter, [inputShape[1], inputShape[2]], inputShape[3], how, tile, plus);
}
