/**
 * Convolution and its gradient to the image, both as a gather: a thread owns a tile of output pixels and channels, reads the
 * window of pixels that the tile needs once per block of four input channels, and multiplies it by the filter's taps.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf, type Runner } from './runner.ts';
import { dividing, gatherTile, type Tile } from './tiles.ts';
import { component, declare, lengthOf, load, mainFunction, range, store, typeOf, widthOf } from './wgsl.ts';

/** One gather. "In" is what is read (x, or dy for the gradient), "out" what is written. */
interface Gather {
  readonly inSize: readonly [number, number];
  readonly outSize: readonly [number, number];
  readonly inChannels: number;
  readonly outChannels: number;
  readonly k: number;
  /** Whether the filter's last axis is the channels that are read: [k,k,out,in] instead of [k,k,in,out]. */
  readonly transposed: boolean;
  /** Input coordinate that belongs to a tile that starts at output coordinate `start`; the number and the shader's expression. */
  readonly base: { at(start: number): number; of(start: string): string };
  /** Offset from the base of what tap u contributes to the tile's output r, or null when it contributes nothing. */
  source(r: number, u: number): number | null;
}

/** Whether an offset from the base is inside for every tile of one axis. */
function alwaysInside(g: Gather, offset: number, tile: number, axis: 0 | 1): boolean {
  const tiles = Math.ceil(g.outSize[axis] / tile);
  const last = g.base.at((tiles - 1) * tile) + offset;
  return g.base.at(0) + offset >= 0 && last < g.inSize[axis];
}

/** An offset as part of an identifier. */
const id = (offset: number): string => (offset < 0 ? `m${-offset}` : `${offset}`);

/** Offsets from the base along one axis that any output of the tile needs. */
function offsetsOf(g: Gather, tile: number): number[] {
  const all = range(tile).flatMap((r) => range(g.k).map((u) => g.source(r, u)));
  return [...new Set(all.filter((a): a is number => a !== null))].sort((a, b) => a - b);
}

/** `let` statements that say whether the window's rows and columns are inside the image, where that is not always so. */
function guards(g: Gather, tile: Tile): string {
  const axis = (name: string, index: 0 | 1, size: number) =>
    offsetsOf(g, size)
      .filter((a) => !alwaysInside(g, a, size, index))
      .map((a) => `  let ${name}${id(a)} = u32(${name}_base + ${a}) < ${g.inSize[index]}u;`);
  return [...axis('row', 0, tile.rows), ...axis('col', 1, tile.cols)].join('\n');
}

/** Reads the window's pixels for one block of input channels into `x_<row>_<col>`. */
function loadWindow(g: Gather, tile: Tile): string {
  const width = widthOf(g.inChannels);
  const blocks = g.inChannels / width;
  const lines: string[] = [];
  for (const a of offsetsOf(g, tile.rows)) {
    for (const b of offsetsOf(g, tile.cols)) {
      const value = load('x', width, `window + ${(a * g.inSize[1] + b) * blocks}`);
      const conditions = [
        ...(alwaysInside(g, a, tile.rows, 0) ? [] : [`row${id(a)}`]),
        ...(alwaysInside(g, b, tile.cols, 1) ? [] : [`col${id(b)}`]),
      ];
      const guarded =
        conditions.length > 0 ? `select(${typeOf(width)}(0), ${value}, ${conditions.join(' && ')})` : value;
      lines.push(`    let x_${id(a)}_${id(b)} = ${guarded};`);
    }
  }
  return lines.join('\n');
}

/** Reads tap (u, v) into `w<input channel>_<vector>`, vectors over output channels, whatever the filter's layout. */
function loadTap(g: Gather, vectors: number, u: number, v: number): string {
  const inWidth = widthOf(g.inChannels);
  const outWidth = widthOf(g.outChannels);
  const tap = (u * g.k + v) * g.inChannels * g.outChannels;
  const lines: string[] = [];
  for (const n of range(vectors)) {
    if (!g.transposed) {
      const row = g.outChannels / outWidth;
      for (const c of range(inWidth)) {
        const at = `weights + ${tap / outWidth + c * row + n}`;
        lines.push(`let w${c}_${n} = ${load('taps', outWidth, at)};`);
      }
      continue;
    }
    for (const o of range(outWidth)) {
      const at = `weights + ${(tap + (n * outWidth + o) * g.inChannels) / inWidth}`;
      lines.push(`let t${o}_${n} = ${load('taps', inWidth, at)};`);
    }
    for (const c of range(inWidth)) {
      const parts = range(outWidth).map((o) => component(`t${o}_${n}`, inWidth, c));
      lines.push(`let w${c}_${n} = ${typeOf(outWidth)}(${parts.join(', ')});`);
    }
  }
  return lines.join(' ');
}

/** Multiplies the window by one tap into the accumulators `y_<row>_<col>_<vector>`. */
function multiplyTap(g: Gather, tile: Tile, u: number, v: number): string {
  const inWidth = widthOf(g.inChannels);
  const type = typeOf(widthOf(g.outChannels));
  const lines: string[] = [];
  for (const r of range(tile.rows)) {
    for (const q of range(tile.cols)) {
      const [a, b] = [g.source(r, u), g.source(q, v)];
      if (a === null || b === null) continue;
      for (const n of range(tile.vectors)) {
        const y = `y_${r}_${q}_${n}`;
        for (const c of range(inWidth)) {
          const x = component(`x_${id(a)}_${id(b)}`, inWidth, c);
          lines.push(`${y} = fma(${type}(${x}), w${c}_${n}, ${y});`);
        }
      }
    }
  }
  return lines.length > 0 ? `    { ${loadTap(g, tile.vectors, u, v)}\n      ${lines.join(' ')} }` : '';
}

function storeTile(g: Gather, tile: Tile): string {
  const width = widthOf(g.outChannels);
  const row = g.outChannels / width;
  const [height, length] = g.outSize;
  const lines: string[] = [];
  for (const r of range(tile.rows)) {
    for (const q of range(tile.cols)) {
      const conditions = [
        ...(height % tile.rows === 0 ? [] : [`i0 + ${r} < ${height}`]),
        ...(length % tile.cols === 0 ? [] : [`j0 + ${q} < ${length}`]),
      ];
      const writes = range(tile.vectors).map((n) =>
        store('y', width, `to + ${(r * length + q) * row + n}`, `y_${r}_${q}_${n}`),
      );
      const all = writes.join(' ');
      lines.push(conditions.length > 0 ? `  if (${conditions.join(' && ')}) { ${all} }` : `  ${all}`);
    }
  }
  return lines.join('\n');
}

function gatherSource(g: Gather, tile: Tile): string {
  const inWidth = widthOf(g.inChannels);
  const outWidth = widthOf(g.outChannels);
  const [inBlocks, outBlocks] = [g.inChannels / inWidth, g.outChannels / outWidth];
  const filterWidth = g.transposed ? inWidth : outWidth;
  // Filter elements from one block of input channels to the next, and from one thread's output channels to the next's.
  const [step, own] = g.transposed
    ? [1, (tile.vectors * outWidth * g.inChannels) / inWidth]
    : [inWidth * outBlocks, tile.vectors];
  const groups = outBlocks / tile.vectors;
  const [height, length] = g.outSize;
  const [down, across] = [Math.ceil(height / tile.rows), Math.ceil(length / tile.cols)];
  const accumulators = range(tile.rows).flatMap((r) =>
    range(tile.cols).flatMap((q) => range(tile.vectors).map((n) => `y_${r}_${q}_${n}`)),
  );
  const taps = range(g.k).flatMap((u) => range(g.k).map((v) => multiplyTap(g, tile, u, v)));
  return `${declare([
    { name: 'y', width: outWidth, writable: true },
    { name: 'x', width: inWidth },
    { name: 'taps', width: filterWidth },
  ])}
${mainFunction(
  `${lengthOf('y', outWidth)} / ${height * length * outBlocks} * ${down * across * groups}`,
  `  let channels = id % ${groups};
  let tile = id / ${groups};
  let image = tile / ${down * across};
  let i0 = tile % ${down * across} / ${across} * ${tile.rows};
  let j0 = tile % ${across} * ${tile.cols};
  let row_base = ${g.base.of('i0')};
  let col_base = ${g.base.of('j0')};
${guards(g, tile)}
${accumulators.map((y) => `  var ${y} = ${typeOf(outWidth)}(0);`).join('\n')}
  var window = ((image * ${g.inSize[0]} + row_base) * ${g.inSize[1]} + col_base) * ${inBlocks};
  var weights = channels * ${own};
  for (var block = 0; block < ${inBlocks}; block++) {
${loadWindow(g, tile)}
${taps.filter((t) => t !== '').join('\n')}
    window += 1;
    weights += ${step};
  }
  let to = ((image * ${height} + i0) * ${length} + j0) * ${outBlocks} + channels * ${tile.vectors};
${storeTile(g, tile)}`,
)}`;
}

/** The tile wanted, no larger than the output, its sides multiples of `spread`, its vectors a divisor of what there is. */
function fitTile(g: Gather, wanted: Tile, spread: number): Tile {
  const side = (size: number, limit: number) => Math.min(limit, Math.ceil(size / spread) * spread);
  const vectors = g.outChannels / widthOf(g.outChannels);
  const fitting = dividing(vectors, widthOf(g.outChannels) === 4 ? wanted.vectors : 8);
  return { rows: side(g.outSize[0], wanted.rows), cols: side(g.outSize[1], wanted.cols), vectors: fitting };
}

function runGather(
  runner: Runner,
  g: Gather,
  spread: number,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
): tf.TensorInfo {
  const tile = fitTile(g, gatherTile(runner.software, spread), spread);
  const images = x.shape[0];
  const y = runner.output([images, ...g.outSize, g.outChannels]);
  const tiles = Math.ceil(g.outSize[0] / tile.rows) * Math.ceil(g.outSize[1] / tile.cols);
  const groups = g.outChannels / widthOf(g.outChannels) / tile.vectors;
  if (sizeOf(y.shape) > 0) runner.run(gatherSource(g, tile), [y, x, filter], images * tiles * groups);
  return y;
}

/** y[n,i,j,o] = sum over u, v, c of x[n, i*stride+u-pad, j*stride+v-pad, c] * filter[u,v,c,o]. */
export function conv2d(
  runner: Runner,
  x: tf.TensorInfo,
  filter: tf.TensorInfo,
  stride: number,
): tf.TensorInfo {
  const [, height, width, inChannels] = x.shape;
  const [k, , , outChannels] = filter.shape;
  const pad = (k - 1) / 2;
  const g: Gather = {
    inSize: [height, width],
    outSize: [Math.ceil(height / stride), Math.ceil(width / stride)],
    inChannels,
    outChannels,
    k,
    transposed: false,
    base: { at: (start) => start * stride - pad, of: (start) => `${start} * ${stride} - ${pad}` },
    source: (r, u) => r * stride + u,
  };
  return runGather(runner, g, 1, x, filter);
}

/**
 * dx[n,i,j,c] = sum over u, v, o of dy[n, (i+pad-u)/stride, (j+pad-v)/stride, o] * filter[u,v,c,o], where the divisions leave no
 * rest. Tiles start at multiples of the stride, so that which taps reach which of its pixels is known when the shader is made.
 */
export function conv2dInputGrad(
  runner: Runner,
  dy: tf.TensorInfo,
  filter: tf.TensorInfo,
  inputShape: readonly number[],
  stride: number,
): tf.TensorInfo {
  const [k, , inChannels, outChannels] = filter.shape;
  const pad = (k - 1) / 2;
  const g: Gather = {
    inSize: [dy.shape[1], dy.shape[2]],
    outSize: [inputShape[1], inputShape[2]],
    inChannels: outChannels,
    outChannels: inChannels,
    k,
    transposed: true,
    base: { at: (start) => start / stride, of: (start) => `${start} / ${stride}` },
    source: (r, u) => ((r + pad - u) % stride === 0 ? (r + pad - u) / stride : null),
  };
  return runGather(runner, g, stride, dy, filter);
}
