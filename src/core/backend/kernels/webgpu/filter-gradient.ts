/**
 * The gradient of a convolution with respect to its filter. A thread computes a block of input and output channels for
 * some taps, and sums over its share of the batch's tiles of output pixels, so that there are enough threads for a GPU
 * even if filters are small. A second dispatch adds the shares.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf, type Runner } from './runner.ts';
import { dividing, filterTile, sharesOf, type FilterTile } from './tiles.ts';
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

/** The parameters of a shader. "In" is x, "out" dy. */
interface Problem {
  readonly inWidth: Width;
  readonly outWidth: Width;
  readonly k: number;
  readonly stride: number;
  readonly tile: FilterTile;
}

/** Heights, widths and numbers of channel vectors; the number of tiles of dy down and across an image. */
const SIZES: Uniforms = {
  type: 'i32',
  names: ['in_height', 'in_width', 'in_blocks', 'out_height', 'out_width', 'out_blocks', 'down', 'across'],
};

const tapRowsOf = ({ k, tile }: Problem): number => (tile.allTaps ? k : 1);

/** `let` statements for the window of x and the tile of dy, zero outside the images. */
function loads(p: Problem): string {
  const { inWidth, outWidth, tile } = p;
  const windowRows = range((tile.rows - 1) * p.stride + tapRowsOf(p));
  const windowCols = range((tile.cols - 1) * p.stride + p.k);
  const lines: string[] = [];
  for (const a of windowRows) {
    lines.push(`let row${a} = u32(row_base + ${a}) < u32(in_height);`);
    lines.push(`let row_at${a} = (image * in_height + row_base + ${a}) * in_width * in_blocks;`);
  }
  for (const b of windowCols) {
    lines.push(`let col${b} = u32(col_base + ${b}) < u32(in_width);`);
    lines.push(`let col_at${b} = (col_base + ${b}) * in_blocks + in_first;`);
  }
  for (const a of windowRows) {
    for (const b of windowCols) {
      for (const m of range(tile.inVectors)) {
        const value = load('x', inWidth, `row_at${a} + col_at${b} + ${m}`);
        lines.push(`let x_${a}_${b}_${m} = select(${typeOf(inWidth)}(0), ${value}, row${a} && col${b});`);
      }
    }
  }
  for (const r of range(tile.rows)) {
    for (const q of range(tile.cols)) {
      const at = `((image * out_height + i0 + ${r}) * out_width + j0 + ${q}) * out_blocks + out_first`;
      const inside = `i0 + ${r} < out_height && j0 + ${q} < out_width`;
      for (const n of range(tile.outVectors)) {
        const value = load('dy', outWidth, `${at} + ${n}`);
        lines.push(`let dy_${r}_${q}_${n} = select(${typeOf(outWidth)}(0), ${value}, ${inside});`);
      }
    }
  }
  return lines.map((line) => `    ${line}`).join('\n');
}

/** Adds the products of every tap and pixel of the tile to the accumulators `g_<u>_<v>_<input channel>_<vector>`. */
function products(p: Problem): string {
  const { inWidth, tile } = p;
  const type = typeOf(p.outWidth);
  const pixels = range(tile.rows).flatMap((r) => range(tile.cols).map((q) => [r, q]));
  return pixels
    .flatMap(([r, q]) =>
      accumulators(p).map(([u, v, c, n]) => {
        const window = `x_${r * p.stride + u}_${q * p.stride + v}_${Math.floor(c / inWidth)}`;
        const x = component(window, inWidth, c % inWidth);
        const g = `g_${u}_${v}_${c}_${n}`;
        return `    ${g} = fma(${type}(${x}), dy_${r}_${q}_${n}, ${g});`;
      }),
    )
    .join('\n');
}

/** The tap row, tap column, input channel and vector of output channels of every accumulator. */
const accumulators = (p: Problem): [number, number, number, number][] =>
  range(tapRowsOf(p)).flatMap((u) =>
    range(p.k).flatMap((v) =>
      range(p.inWidth * p.tile.inVectors).flatMap((c) =>
        range(p.tile.outVectors).map((n): [number, number, number, number] => [u, v, c, n]),
      ),
    ),
  );

function shareSource(p: Problem): string {
  const { inWidth, outWidth, tile } = p;
  const tapGroups = p.k / tapRowsOf(p);
  const filterSize = `(in_blocks * out_blocks * ${p.k * p.k * inWidth})`;
  const writes = accumulators(p).map(([u, v, c, n]) =>
    store(
      'partial',
      outWidth,
      `to + (${u * p.k + v} * channels + ${c}) * out_blocks + ${n}`,
      `g_${u}_${v}_${c}_${n}`,
    ),
  );
  return `${declare(
    [
      { name: 'partial', width: outWidth, writable: true },
      { name: 'x', width: inWidth },
      { name: 'dy', width: outWidth },
    ],
    SIZES,
  )}
${mainFunction(
  `${lengthOf('partial', outWidth)} / ${p.k * tapRowsOf(p) * inWidth * tile.inVectors * tile.outVectors}`,
  `${SIZES.names.map((name) => `  let ${name} = uniforms.${name};`).join('\n')}
  let out_groups = out_blocks / ${tile.outVectors};
  let in_groups = in_blocks / ${tile.inVectors};
  let out_first = id % out_groups * ${tile.outVectors};
  let in_first = id / out_groups % in_groups * ${tile.inVectors};
  let tap_row = id / (out_groups * in_groups) % ${tapGroups};
  let share = id / (out_groups * in_groups * ${tapGroups});
  let shares = ${lengthOf('partial', outWidth)} / ${filterSize};
  let tiles = ${lengthOf('dy', outWidth)} / (out_height * out_width * out_blocks) * down * across;
${accumulators(p)
  .map(([u, v, c, n]) => `  var g_${u}_${v}_${c}_${n} = ${typeOf(outWidth)}(0);`)
  .join('\n')}
  for (var tile = share; tile < tiles; tile += shares) {
    let image = tile / (down * across);
    let i0 = tile / across % down * ${tile.rows};
    let j0 = tile % across * ${tile.cols};
    let row_base = i0 * ${p.stride} - ${(p.k - 1) / 2} + tap_row;
    let col_base = j0 * ${p.stride} - ${(p.k - 1) / 2};
${loads(p)}
${products(p)}
  }
  let channels = in_blocks * ${inWidth};
  let to = share * ${filterSize} + (tap_row * ${p.k} * channels + in_first * ${inWidth}) * out_blocks + out_first;
  ${writes.join('\n  ')}`,
)}`;
}

/** Sum over the first axis of `partial` [shares, ...shape] -> `shape`. */
function addShares(runner: Runner, partial: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  const width = sizeOf(shape) % 4 === 0 ? 4 : 1;
  const source = () => `${declare([
    { name: 'total', width, writable: true },
    { name: 'partial', width },
  ])}
${mainFunction(
  lengthOf('total', width),
  `  let size = ${lengthOf('total', width)};
  let end = ${lengthOf('partial', width)};
  var sum = partial[id];
  for (var at = id + size; at < end; at += size) { sum += partial[at]; }
  total[id] = sum;`,
)}`;
  const total = runner.output(shape);
  runner.run(`add shares ${width}`, source, [total, partial], sizeOf(shape) / width);
  return total;
}

/**
 * dfilter[u,v,c,o] = sum over n, i, j of x[n, i*stride+u-pad, j*stride+v-pad, c] * dy[n,i,j,o]; `filterShape`
 * [k,k,in,out].
 */
export function conv2dFilterGrad(
  runner: Runner,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  filterShape: readonly number[],
  stride: number,
): tf.TensorInfo {
  const [k, , inChannels, outChannels] = filterShape;
  const [images, outHeight, outLength] = dy.shape;
  const [inWidth, outWidth] = [widthOf(inChannels), widthOf(outChannels)];
  const [inBlocks, outBlocks] = [inChannels / inWidth, outChannels / outWidth];
  const wanted = filterTile(runner.software, k, stride);
  const tile: FilterTile = {
    ...wanted,
    inVectors: dividing(inBlocks, wanted.inVectors),
    outVectors: dividing(outBlocks, wanted.outVectors),
  };
  const [down, across] = [Math.ceil(outHeight / tile.rows), Math.ceil(outLength / tile.cols)];
  const threads = (inBlocks / tile.inVectors) * (outBlocks / tile.outVectors) * (tile.allTaps ? 1 : k);
  const shares = sharesOf(runner.software, threads, images * down * across);
  const partial = runner.output(shares === 1 ? filterShape : [shares, ...filterShape]);
  const problem: Problem = { inWidth, outWidth, k, stride, tile };
  runner.run(
    `conv2dFilterGrad ${JSON.stringify(problem)}`,
    () => shareSource(problem),
    [partial, x, dy],
    shares * threads,
    {
      sizes: [x.shape[1], x.shape[2], inBlocks, outHeight, outLength, outBlocks, down, across],
    },
  );
  if (shares === 1) return partial;
  const total = addShares(runner, partial, filterShape);
  runner.release(partial);
  return total;
}
