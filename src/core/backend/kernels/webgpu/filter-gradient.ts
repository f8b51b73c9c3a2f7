/**
 * The gradient of a convolution to its filter. A thread owns a block of input and output channels for some taps and sums over
 * its share of the batch's tiles of output pixels, which fills a GPU also where filters are small; a second dispatch adds
 * the shares up.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { sizeOf, type Runner } from './runner.ts';
import { dividing, filterTile, sharesOf, type FilterTile } from './tiles.ts';
import { component, declare, lengthOf, load, mainFunction, range, store, typeOf, widthOf } from './wgsl.ts';

interface Problem {
  readonly inSize: readonly [number, number];
  readonly outSize: readonly [number, number];
  readonly inChannels: number;
  readonly outChannels: number;
  readonly k: number;
  readonly stride: number;
}

/** Tiles along each axis of dy. */
const tilesOf = (p: Problem, t: FilterTile): [number, number] => [
  Math.ceil(p.outSize[0] / t.rows),
  Math.ceil(p.outSize[1] / t.cols),
];

/** `let` statements for one block of x and one of dy, zero outside of the images. */
function loads(p: Problem, t: FilterTile, tapRows: number): string {
  const [inWidth, outWidth] = [widthOf(p.inChannels), widthOf(p.outChannels)];
  const [inRow, outRow] = [p.inChannels / inWidth, p.outChannels / outWidth];
  const lines: string[] = [];
  const windowRows = (t.rows - 1) * p.stride + tapRows;
  const windowCols = (t.cols - 1) * p.stride + p.k;
  for (const a of range(windowRows)) lines.push(`let row${a} = u32(row_base + ${a}) < ${p.inSize[0]}u;`);
  for (const b of range(windowCols)) lines.push(`let col${b} = u32(col_base + ${b}) < ${p.inSize[1]}u;`);
  for (const a of range(windowRows)) {
    for (const b of range(windowCols)) {
      for (const m of range(t.inVectors)) {
        const value = load('x', inWidth, `window + ${(a * p.inSize[1] + b) * inRow + m}`);
        lines.push(`let x_${a}_${b}_${m} = select(${typeOf(inWidth)}(0), ${value}, row${a} && col${b});`);
      }
    }
  }
  for (const r of range(t.rows)) {
    for (const q of range(t.cols)) {
      const conditions = [
        ...(p.outSize[0] % t.rows === 0 ? [] : [`i0 + ${r} < ${p.outSize[0]}`]),
        ...(p.outSize[1] % t.cols === 0 ? [] : [`j0 + ${q} < ${p.outSize[1]}`]),
      ];
      for (const n of range(t.outVectors)) {
        const value = load('dy', outWidth, `gradient + ${(r * p.outSize[1] + q) * outRow + n}`);
        const guarded =
          conditions.length > 0
            ? `select(${typeOf(outWidth)}(0), ${value}, ${conditions.join(' && ')})`
            : value;
        lines.push(`let dy_${r}_${q}_${n} = ${guarded};`);
      }
    }
  }
  return lines.map((line) => `    ${line}`).join('\n');
}

/** Every tap of every pixel of the tile, into the accumulators `g_<u>_<v>_<input channel>_<vector>`. */
function products(p: Problem, t: FilterTile, tapRows: number): string {
  const inWidth = widthOf(p.inChannels);
  const type = typeOf(widthOf(p.outChannels));
  const lines: string[] = [];
  for (const r of range(t.rows)) {
    for (const q of range(t.cols)) {
      for (const u of range(tapRows)) {
        for (const v of range(p.k)) {
          for (const c of range(inWidth * t.inVectors)) {
            const name = `x_${r * p.stride + u}_${q * p.stride + v}_${Math.floor(c / inWidth)}`;
            const x = component(name, inWidth, c % inWidth);
            for (const n of range(t.outVectors)) {
              const g = `g_${u}_${v}_${c}_${n}`;
              lines.push(`${g} = fma(${type}(${x}), dy_${r}_${q}_${n}, ${g});`);
            }
          }
        }
      }
    }
  }
  return `    ${lines.join('\n    ')}`;
}

function shareSource(p: Problem, t: FilterTile): string {
  const [inWidth, outWidth] = [widthOf(p.inChannels), widthOf(p.outChannels)];
  const [inRow, outRow] = [p.inChannels / inWidth, p.outChannels / outWidth];
  const [inGroups, outGroups] = [inRow / t.inVectors, outRow / t.outVectors];
  const tapRows = t.allTaps ? p.k : 1;
  const tapGroups = p.k / tapRows;
  const [down, across] = tilesOf(p, t);
  const pad = (p.k - 1) / 2;
  const filterSize = p.k * p.k * p.inChannels * outRow;
  const each = (write: (u: number, v: number, c: number, n: number) => string): string =>
    range(tapRows)
      .flatMap((u) =>
        range(p.k).flatMap((v) =>
          range(inWidth * t.inVectors).flatMap((c) => range(t.outVectors).map((n) => write(u, v, c, n))),
        ),
      )
      .join('\n');
  return `${declare([
    { name: 'partial', width: outWidth, writable: true },
    { name: 'x', width: inWidth },
    { name: 'dy', width: outWidth },
  ])}
${mainFunction(
  `${lengthOf('partial', outWidth)} / ${filterSize} * ${tapGroups * inGroups * outGroups}`,
  `  let shares = ${lengthOf('partial', outWidth)} / ${filterSize};
  let out_group = id % ${outGroups};
  let in_group = id / ${outGroups} % ${inGroups};
  let first_tap_row = id / ${outGroups * inGroups} % ${tapGroups};
  let share = id / ${outGroups * inGroups * tapGroups};
  let tiles = ${lengthOf('dy', outWidth)} / ${p.outSize[0] * p.outSize[1] * outRow} * ${down * across};
${each((u, v, c, n) => `  var g_${u}_${v}_${c}_${n} = ${typeOf(outWidth)}(0);`)}
  for (var tile = share; tile < tiles; tile += shares) {
    let image = tile / ${down * across};
    let i0 = tile % ${down * across} / ${across} * ${t.rows};
    let j0 = tile % ${across} * ${t.cols};
    let row_base = i0 * ${p.stride} - ${pad} + first_tap_row;
    let col_base = j0 * ${p.stride} - ${pad};
    let window = ((image * ${p.inSize[0]} + row_base) * ${p.inSize[1]} + col_base) * ${inRow} + in_group * ${t.inVectors};
    let gradient = ((image * ${p.outSize[0]} + i0) * ${p.outSize[1]} + j0) * ${outRow} + out_group * ${t.outVectors};
${loads(p, t, tapRows)}
${products(p, t, tapRows)}
  }
  let to = share * ${filterSize} + first_tap_row * ${p.k * p.inChannels * outRow}
    + in_group * ${inWidth * t.inVectors * outRow} + out_group * ${t.outVectors};
${each((u, v, c, n) => `  ${store('partial', outWidth, `to + ${((u * p.k + v) * p.inChannels + c) * outRow + n}`, `g_${u}_${v}_${c}_${n}`)}`)}`,
)}`;
}

/** Sum over the first axis of `partial` [shares, ...shape] -> `shape`. */
function addShares(runner: Runner, partial: tf.TensorInfo, shape: readonly number[]): tf.TensorInfo {
  const width = sizeOf(shape) % 4 === 0 ? 4 : 1;
  const source = `${declare([
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
  runner.run(source, [total, partial], sizeOf(shape) / width);
  return total;
}

/** dfilter[u,v,c,o] = sum over n, i, j of x[n, i*stride+u-pad, j*stride+v-pad, c] * dy[n,i,j,o]; `filterShape` [k,k,in,out]. */
export function conv2dFilterGrad(
  runner: Runner,
  x: tf.TensorInfo,
  dy: tf.TensorInfo,
  filterShape: readonly number[],
  stride: number,
): tf.TensorInfo {
  const [k, , inChannels, outChannels] = filterShape;
  const p: Problem = {
    inSize: [x.shape[1], x.shape[2]],
    outSize: [dy.shape[1], dy.shape[2]],
    inChannels,
    outChannels,
    k,
    stride,
  };
  const wanted = filterTile(runner.software, k);
  const [inVectors, outVectors] = [inChannels / widthOf(inChannels), outChannels / widthOf(outChannels)];
  const t: FilterTile = {
    ...wanted,
    rows: Math.min(wanted.rows, p.outSize[0]),
    cols: Math.min(wanted.cols, p.outSize[1]),
    inVectors: dividing(inVectors, wanted.inVectors),
    outVectors: dividing(outVectors, wanted.outVectors),
  };
  const [down, across] = tilesOf(p, t);
  const threads = (inVectors / t.inVectors) * (outVectors / t.outVectors) * (t.allTaps ? 1 : k);
  const shares = sharesOf(runner.software, threads, dy.shape[0] * down * across);
  const partial = runner.output(shares === 1 ? filterShape : [shares, ...filterShape]);
  runner.run(shareSource(p, t), [partial, x, dy], shares * threads);
  if (shares === 1) return partial;
  const total = addShares(runner, partial, filterShape);
  runner.release(partial);
  return total;
}
