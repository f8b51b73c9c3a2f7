/**
 * A 3x3 convolution of stride 1 by Winograd's minimal filtering, in WebAssembly: tiles and filters are transformed,
 * multiplied as matrices and transformed back (winograd-transforms.ts has the formulas and their source).
 */
import { countDown, leaveBelow, defineFunction, f32x4, i32, select, when } from './assembler.ts';
import type { Code, FunctionDefinition, Local, ValueType } from './assembler.ts';
import { inBlocks, mulAdd } from './convolution-functions.ts';
import {
  filterTransform,
  INPUT,
  inputTransform,
  MATRICES,
  outputTransform,
  TILE,
} from './winograd-transforms.ts';

/**
 * How many tiles' products are summed at once: 4 tiles by 2 vectors take 8 of the 16 vector registers of x86. With 6,
 * V8 keeps some of the sums in memory.
 */
export const TILES_AT_ONCE = 4;
/** How many channels are unrolled; the reduction must be a multiple of it. */
const UNROLL = 4;

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
type MakeLocal = (type: ValueType) => Local;

/**
 * u = G g G^T for filters g [3, 3, reduction, outputs], outputs a multiple of 8, in the order that winogradConvolution
 * needs: [MATRICES][outputs / 8][reduction][8].
 */
export function winogradFilter(relaxed: boolean): FunctionDefinition {
  const parameters = { g: 'i32', u: 'i32', reduction: 'i32', outputs: 'i32' } as const;
  return defineFunction('winogradFilter', parameters, (p, local) => {
    const fma = mulAdd(relaxed);
    const [outTile, channel, tapBytes, from, to, ptr] = range(6).map(() => local('i32'));
    const floats = (n: number) => range(n).map(() => local('v128'));
    const [line, transformed, temporary, grid] = [floats(3), floats(INPUT), floats(2), floats(3 * INPUT)];
    const oneVector = (k: number): Code[] => [
      ...range(3).flatMap((v) => [
        ptr.set(i32.add(from.get, i32.mul(tapBytes.get, i32.const(v)))),
        ...line.flatMap((tap) => [
          tap.set(f32x4.load(ptr.get, 16 * k)),
          ptr.advance(i32.mul(tapBytes.get, i32.const(3))),
        ]),
        ...filterTransform(
          line,
          range(INPUT).map((i) => grid[3 * i + v]),
          fma,
          temporary,
        ),
      ]),
      ptr.set(to.get),
      ...range(INPUT).flatMap((i) => [
        ...filterTransform(grid.slice(3 * i, 3 * (i + 1)), transformed, fma, temporary),
        ...transformed.flatMap((value) => [
          f32x4.store(ptr.get, value.get, 16 * k),
          ptr.advance(tapBytes.get),
        ]),
      ]),
    ];
    return [
      // One tap of g has as many bytes as one matrix of u.
      tapBytes.set(i32.mul(i32.mul(p.reduction.get, p.outputs.get), i32.const(4))),
      to.set(p.u.get),
      outTile.set(p.outputs.get),
      countDown(
        outTile,
        8,
        from.set(p.g.get),
        channel.set(p.reduction.get),
        countDown(
          channel,
          1,
          ...oneVector(0),
          ...oneVector(1),
          from.advance(i32.mul(p.outputs.get, i32.const(4))),
          to.advance(i32.const(32)),
        ),
        p.g.advance(i32.const(32)),
      ),
    ];
  });
}

/**
 * A cursor over the tiles of all images: the current image, and the tile's first pixel moved by `offset` down and
 * right.
 */
class Walk {
  private readonly image: Local;
  readonly top: Local;
  readonly left: Local;
  constructor(
    local: MakeLocal,
    private readonly offset: number,
    private readonly strides: { readonly image: Local; readonly row: Local; readonly col: Local },
    private readonly size: { readonly height: Local; readonly width: Local },
  ) {
    [this.image, this.top, this.left] = range(3).map(() => local('i32'));
  }
  start(image: Code): Code[] {
    const first = i32.const(this.offset);
    return [this.image.set(image), this.top.set(first), this.left.set(first)];
  }
  /** Address of the pixel. */
  get corner(): Code {
    const { row, col } = this.strides;
    const down = i32.mul(this.top.get, row.get);
    return i32.add(i32.add(this.image.get, down), i32.mul(this.left.get, col.get));
  }
  next(): Code[] {
    const beyond = (at: Local, size: Local): Code =>
      i32.less(size.get, i32.add(at.get, i32.const(1 - this.offset)));
    const first = i32.const(this.offset);
    return [
      this.left.advance(i32.const(TILE)),
      when(
        beyond(this.left, this.size.width),
        this.left.set(first),
        this.top.advance(i32.const(TILE)),
        when(
          beyond(this.top, this.size.height),
          this.top.set(first),
          this.image.advance(this.strides.image.get),
        ),
      ),
    ];
  }
}

/**
 * y [images, height, width, outputs] = the convolution of x [images, height, width, reduction] with zeros around it,
 * for the first `tiles` tiles, image by image. Channels are contiguous; the other strides are in bytes. `u` is the
 * transformed filter, [MATRICES][outputs / (4 * vectors)][reduction][4 * vectors] floats.
 *
 * `block` tiles go through the three stages at a time, so that they stay in the cache: v [MATRICES][block,
 * reduction] holds transformed inputs and m [MATRICES][block, outputs] products, their matrices vMatrix and mMatrix
 * bytes apart. `pixels` has room for MATRICES addresses, `zeros` for `reduction` floats, all zero.
 */
export function winogradConvolution(name: string, vectors: 1 | 2, relaxed: boolean): FunctionDefinition {
  const parameters = {
    ...({ x: 'i32', u: 'i32', y: 'i32', tiles: 'i32', height: 'i32', width: 'i32' } as const),
    ...({ reduction: 'i32', outputs: 'i32', xImage: 'i32', xRow: 'i32', xCol: 'i32' } as const),
    ...({ yImage: 'i32', yRow: 'i32', yCol: 'i32', block: 'i32', pixels: 'i32', zeros: 'i32' } as const),
    ...({ v: 'i32', vMatrix: 'i32', m: 'i32', mMatrix: 'i32' } as const),
  };
  return defineFunction(name, parameters, (p, local) => {
    const fma = mulAdd(relaxed);
    const size = local('i32');
    const ints = (n: number) => range(n).map(() => local('i32'));
    const floats = (n: number) => range(n).map(() => local('v128'));
    const [tile, offset, channel, ptr, vTile, mTile, corner] = ints(7);
    const input = new Walk(local, -1, { image: p.xImage, row: p.xRow, col: p.xCol }, p);
    const output = new Walk(local, 0, { image: p.yImage, row: p.yRow, col: p.yCol }, p);
    const [line, transformed, temporary] = [floats(INPUT), floats(INPUT), floats(4)];
    const grid = range(MATRICES).map(() => local('v128'));
    const forEach = (counter: Local, count: Code, ...body: Code[]): Code[] => [
      counter.set(count),
      countDown(counter, 1, ...body),
    ];
    const forEachVector = (channels: Local, ...body: Code[]): Code[] => [
      offset.set(i32.const(0)),
      channel.set(channels.get),
      countDown(channel, 4, ...body, offset.advance(i32.const(16))),
    ];

    const inside = ints(2 * INPUT);
    /** Writes the addresses of the pixels under a tile; pixels outside the image get the address of `zeros`. */
    const findPixels: Code[] = [
      corner.set(input.corner),
      ...range(INPUT).flatMap((k) => [
        inside[k].set(i32.lessUnsigned(i32.add(input.top.get, i32.const(k)), p.height.get)),
        inside[INPUT + k].set(i32.lessUnsigned(i32.add(input.left.get, i32.const(k)), p.width.get)),
      ]),
      ...range(INPUT).flatMap((i) => [
        ptr.set(corner.get),
        ...range(INPUT).flatMap((j) => [
          i32.store(
            p.pixels.get,
            select(ptr.get, p.zeros.get, i32.and(inside[i].get, inside[INPUT + j].get)),
            4 * (INPUT * i + j),
          ),
          ptr.advance(p.xCol.get),
        ]),
        corner.advance(p.xRow.get),
      ]),
    ];
    // leaveBelow is never taken here: it divides the code into blocks, as in `inBlocks`.
    const transformInput: Code[] = [
      ...range(INPUT).flatMap((j) => [
        leaveBelow(channel, -j),
        ...line.map((d, i) =>
          d.set(f32x4.load(i32.add(i32.load(p.pixels.get, 4 * (INPUT * i + j)), offset.get))),
        ),
        ...inputTransform(
          line,
          range(INPUT).map((i) => grid[INPUT * i + j]),
          fma,
          temporary,
        ),
      ]),
      ptr.set(i32.add(vTile.get, offset.get)),
      ...range(INPUT).flatMap((i) => [
        leaveBelow(channel, -INPUT - i),
        ...inputTransform(grid.slice(INPUT * i, INPUT * (i + 1)), transformed, fma, temporary),
        ...transformed.flatMap((value) => [f32x4.store(ptr.get, value.get), ptr.advance(p.vMatrix.get)]),
      ]),
    ];

    const [matrix, outTile, rows, vRow, mRow, vStart, mStart, f] = ints(8);
    const row = ints(TILES_AT_ONCE);
    const accumulators = range(TILES_AT_ONCE).map(() => floats(vectors));
    const [weights, [value]] = [floats(vectors), floats(1)];
    /** Products of `n` tiles with one tile of output channels. */
    const products = (n: number): Code[] => [
      ...range(n).flatMap((i) => accumulators[i].map((a) => a.set(f32x4.zero()))),
      f.set(p.u.get),
      row[0].set(vRow.get),
      ...range(n - 1).map((i) => row[i + 1].set(i32.add(row[i].get, i32.mul(p.reduction.get, i32.const(4))))),
      channel.set(p.reduction.get),
      countDown(
        channel,
        UNROLL,
        ...inBlocks(channel, UNROLL, (r) => [
          ...weights.map((w, k) => w.set(f32x4.load(f.get, (r * vectors + k) * 16))),
          ...range(n).flatMap((i) => [
            value.set(f32x4.loadSplat(row[i].get, 4 * r)),
            ...weights.map((w, k) => accumulators[i][k].set(fma(value.get, w.get, accumulators[i][k].get))),
          ]),
        ]),
        ...range(n).map((i) => row[i].advance(i32.const(4 * UNROLL))),
        f.advance(i32.const(16 * vectors * UNROLL)),
      ),
      ...range(n).flatMap((i) => [
        ...accumulators[i].map((a, k) => f32x4.store(mRow.get, a.get, 16 * k)),
        mRow.advance(i32.mul(p.outputs.get, i32.const(4))),
      ]),
      // The last row's pointer has reached the next row.
      vRow.set(row[n - 1].get),
    ];
    const multiply: Code[] = [
      vStart.set(p.v.get),
      mStart.set(p.m.get),
      ...forEach(
        matrix,
        i32.const(MATRICES),
        mTile.set(mStart.get),
        outTile.set(p.outputs.get),
        countDown(
          outTile,
          4 * vectors,
          vRow.set(vStart.get),
          mRow.set(mTile.get),
          // Groups of TILES_AT_ONCE, then the rest.
          rows.set(i32.sub(size.get, i32.const(TILES_AT_ONCE - 1))),
          countDown(rows, TILES_AT_ONCE, ...products(TILES_AT_ONCE)),
          rows.advance(i32.const(TILES_AT_ONCE - 1)),
          ...[2, 1].map((n) =>
            when(i32.less(i32.const(n - 1), rows.get), ...products(n), rows.advance(i32.const(-n))),
          ),
          p.u.advance(i32.mul(p.reduction.get, i32.const(16 * vectors))),
          mTile.advance(i32.const(16 * vectors)),
        ),
        vStart.advance(p.vMatrix.get),
        mStart.advance(p.mMatrix.get),
      ),
    ];

    const [rowsInside, colsInside] = ints(2);
    const out = range(TILE).map((k) => transformed[k]);
    const transformOutput: Code[] = [
      ptr.set(i32.add(mTile.get, offset.get)),
      ...range(INPUT).flatMap((i) => [
        leaveBelow(channel, -i),
        ...line.flatMap((value) => [value.set(f32x4.load(ptr.get)), ptr.advance(p.mMatrix.get)]),
        ...outputTransform(
          line,
          range(TILE).map((j) => grid[INPUT * i + j]),
          fma,
          temporary,
        ),
      ]),
      ...range(TILE).flatMap((j) => [
        ...outputTransform(
          range(INPUT).map((i) => grid[INPUT * i + j]),
          out,
          fma,
          temporary,
        ),
        when(
          i32.less(i32.const(j), colsInside.get),
          ptr.set(i32.add(i32.add(corner.get, offset.get), i32.mul(p.yCol.get, i32.const(j)))),
          ...out.map((value, i) =>
            when(
              i32.less(i32.const(i), rowsInside.get),
              f32x4.store(ptr.get, value.get),
              ptr.advance(p.yRow.get),
            ),
          ),
        ),
      ]),
    ];

    const u = local('i32');
    return [
      u.set(p.u.get),
      ...input.start(p.x.get),
      ...output.start(p.y.get),
      countDown(
        p.tiles,
        1,
        size.set(i32.min(p.tiles.get, p.block.get)),
        vTile.set(p.v.get),
        ...forEach(
          tile,
          size.get,
          ...findPixels,
          ...forEachVector(p.reduction, ...transformInput),
          vTile.advance(i32.mul(p.reduction.get, i32.const(4))),
          ...input.next(),
        ),
        p.u.set(u.get),
        ...multiply,
        mTile.set(p.m.get),
        ...forEach(
          tile,
          size.get,
          corner.set(output.corner),
          rowsInside.set(i32.sub(p.height.get, output.top.get)),
          colsInside.set(i32.sub(p.width.get, output.left.get)),
          ...forEachVector(p.outputs, ...transformOutput),
          mTile.advance(i32.mul(p.outputs.get, i32.const(4))),
          ...output.next(),
        ),
        // countDown subtracts one tile; this subtracts the others of the block.
        p.tiles.set(i32.sub(p.tiles.get, i32.sub(size.get, i32.const(1)))),
      ),
    ];
  });
}
