/**
 * The inner loops of convolution in WebAssembly. Both keep up to eight vectors of sums in registers while they pass
 * over the inputs. Strides and offsets are in bytes; `cols`, `rows`, `images` and `tiles` are counts.
 */
import { countDown, leaveBelow, defineFunction, f32x4, i32 } from './assembler.ts';
import type { Code, FunctionDefinition, Local } from './assembler.ts';

/** Pixels of one tile. */
const PIXELS = 4;
/** How many input channels are unrolled; the reduction must be a multiple of it. */
const UNROLL = 4;

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
type MulAdd = (a: Code, b: Code, c: Code) => Code;
const mulThenAdd: MulAdd = (a, b, c) => f32x4.add(f32x4.mul(a, b), c);

/** a * b + c, in one instruction with relaxed SIMD. */
export const mulAdd = (relaxed: boolean): MulAdd => (relaxed ? f32x4.relaxedMulAdd : mulThenAdd);

/**
 * `body` for 0, 1, ... `n` - 1, directly inside a countDown of `left`; stops when `left` is used up. The branches make
 * each body a basic block: V8 moves all loads of a block to its front, and those of several bodies do not fit the 16
 * vector registers of x86 beside the sums (measured: it takes twice as long).
 */
export const inBlocks = (left: Local, n: number, body: (k: number) => Code[]): Code[] =>
  range(n).flatMap((k) => [...(k > 0 ? [leaveBelow(left, k + 1)] : []), ...body(k)]);

/** *out = *a * *b + *c on four floats, computed as in the convolutions, to find out how this engine rounds. */
export function multiplyAdd(relaxed: boolean): FunctionDefinition {
  return defineFunction('multiplyAdd', { a: 'i32', b: 'i32', c: 'i32', out: 'i32' }, ({ a, b, c, out }) => [
    f32x4.store(out.get, mulAdd(relaxed)(f32x4.load(a.get), f32x4.load(b.get), f32x4.load(c.get))),
  ]);
}

/**
 * y[n, i, j, tile] = sum over taps t and channels r of x[n*xImage + i*xRow + j*xCol + taps[t] + 4r] * f[tile][t][r].
 * With the right strides and tap offsets this is the forward pass at any stride, and each phase of the input gradient.
 * x must be padded so that every tap is inside. f: [tiles][taps][reduction][4 * vectors] floats.
 */
export function gatherConvolution(name: string, vectors: 1 | 2, relaxed: boolean): FunctionDefinition {
  const parameters = {
    ...({ x: 'i32', f: 'i32', y: 'i32', taps: 'i32', tapCount: 'i32', reduction: 'i32' } as const),
    ...({ images: 'i32', rows: 'i32', cols: 'i32', tiles: 'i32', fTile: 'i32' } as const),
    ...({ xImage: 'i32', xRow: 'i32', xCol: 'i32', yImage: 'i32', yRow: 'i32', yCol: 'i32' } as const),
  };
  return defineFunction(name, parameters, (p, local) => {
    const [tile, row, col, tap, channel] = range(5).map(() => local('i32'));
    const [fTilePtr, fPtr, yTilePtr, xRowPtr, yRowPtr, xPtr, yPtr, tapPtr] = range(8).map(() => local('i32'));
    const pixel = range(PIXELS).map(() => local('i32'));
    const accumulators = range(PIXELS).map(() => range(vectors).map(() => local('v128')));
    const weights = range(vectors).map(() => local('v128'));
    const value = local('v128');
    const fma = mulAdd(relaxed);

    const oneChannel = (pixels: number, r: number): Code[] => [
      ...weights.map((w, v) => w.set(f32x4.load(fPtr.get, (r * vectors + v) * 16))),
      ...range(pixels).flatMap((i) => [
        value.set(f32x4.loadSplat(pixel[i].get, r * 4)),
        ...weights.map((w, v) => accumulators[i][v].set(fma(value.get, w.get, accumulators[i][v].get))),
      ]),
    ];
    const block = (pixels: number): Code[] => [
      ...range(pixels).flatMap((i) => accumulators[i].map((a) => a.set(f32x4.zero()))),
      fPtr.set(fTilePtr.get),
      tapPtr.set(p.taps.get),
      tap.set(p.tapCount.get),
      countDown(
        tap,
        1,
        pixel[0].set(i32.add(xPtr.get, i32.load(tapPtr.get))),
        ...range(pixels - 1).map((i) => pixel[i + 1].set(i32.add(pixel[i].get, p.xCol.get))),
        channel.set(p.reduction.get),
        countDown(
          channel,
          UNROLL,
          ...inBlocks(channel, UNROLL, (r) => oneChannel(pixels, r)),
          ...range(pixels).map((i) => pixel[i].advance(i32.const(4 * UNROLL))),
          fPtr.advance(i32.const(16 * vectors * UNROLL)),
        ),
        tapPtr.advance(i32.const(4)),
      ),
      ...range(pixels).flatMap((i) => [
        ...accumulators[i].map((a, v) => f32x4.store(yPtr.get, a.get, 16 * v)),
        yPtr.advance(p.yCol.get),
      ]),
      xPtr.advance(i32.mul(p.xCol.get, i32.const(pixels))),
    ];
    return [
      countDown(
        p.images,
        1,
        fTilePtr.set(p.f.get),
        yTilePtr.set(p.y.get),
        tile.set(p.tiles.get),
        countDown(
          tile,
          1,
          xRowPtr.set(p.x.get),
          yRowPtr.set(yTilePtr.get),
          row.set(p.rows.get),
          countDown(
            row,
            1,
            xPtr.set(xRowPtr.get),
            yPtr.set(yRowPtr.get),
            // Whole tiles, then pixel by pixel.
            col.set(i32.sub(p.cols.get, i32.const(PIXELS - 1))),
            countDown(col, PIXELS, ...block(PIXELS)),
            col.advance(i32.const(PIXELS - 1)),
            countDown(col, 1, ...block(1)),
            xRowPtr.advance(p.xRow.get),
            yRowPtr.advance(p.yRow.get),
          ),
          fTilePtr.advance(p.fTile.get),
          yTilePtr.advance(i32.const(16 * vectors)),
        ),
        p.x.advance(p.xImage.get),
        p.y.advance(p.yImage.get),
      ),
    ];
  });
}

/**
 * Adds the filter gradient to `out`: for each tap t
 * out[t][c, o] += sum over images n and pixels i of
 *   x[n*xImage + pixels[i] + taps[t] + 4c] * dy[(n*perImage + i)*dyCol + 4o].
 * It works in tiles of 4 channels c by 4 * vectors channels o; a tap's part of out has tapBytes bytes, a row of it
 * outRow. `block` images are processed together, `part` pixels of them at a time, so that these stay in the cache for
 * all taps and tiles. `pixels` has the offsets of the pixels of a block, perImage for each image, so that small images
 * cost no loops over rows.
 */
export function filterGradient(name: string, vectors: 1 | 2, relaxed: boolean): FunctionDefinition {
  const parameters = {
    ...({ x: 'i32', dy: 'i32', out: 'i32', taps: 'i32', tapCount: 'i32', tapBytes: 'i32' } as const),
    ...({ pixels: 'i32', perImage: 'i32', images: 'i32', block: 'i32', part: 'i32' } as const),
    ...({ xImage: 'i32', dyCol: 'i32', cTiles: 'i32', oTiles: 'i32', outRow: 'i32' } as const),
  };
  return defineFunction(name, parameters, (p, local) => {
    const [size, rest, count, tap, cTile, oTile, left] = range(7).map(() => local('i32'));
    const [tapPtr, xTile, dyTile, outTap, outC, outTile, outPtr] = range(7).map(() => local('i32'));
    const [pixelPtr, xPtr, dyPtr, partPtr] = range(4).map(() => local('i32'));
    const accumulators = range(4).map(() => range(vectors).map(() => local('v128')));
    const gradients = range(vectors).map(() => local('v128'));
    const value = local('v128');
    const fma = mulAdd(relaxed);

    const eachRow = (visit: (c: number) => Code[]): Code[] => [
      outPtr.set(outTile.get),
      ...range(4).flatMap((c) => [...visit(c), outPtr.advance(p.outRow.get)]),
    ];
    const onePixel = (k: number): Code[] => [
      xPtr.set(i32.add(xTile.get, i32.load(pixelPtr.get, 4 * k))),
      ...gradients.map((g, v) => g.set(f32x4.load(dyPtr.get, 16 * v))),
      ...range(4).flatMap((c) => [
        value.set(f32x4.loadSplat(xPtr.get, 4 * c)),
        ...gradients.map((g, v) => accumulators[c][v].set(fma(value.get, g.get, accumulators[c][v].get))),
      ]),
      dyPtr.advance(p.dyCol.get),
    ];
    const forEach = (counter: Local, count: Local, ...body: Code[]): Code[] => [
      counter.set(count.get),
      countDown(counter, 1, ...body),
    ];
    /** One tile of one tap over the images of a block. */
    const tile: Code[] = [
      ...eachRow((c) => accumulators[c].map((a, v) => a.set(f32x4.load(outPtr.get, 16 * v)))),
      pixelPtr.set(partPtr.get),
      dyPtr.set(dyTile.get),
      left.set(count.get),
      countDown(left, UNROLL, ...inBlocks(left, UNROLL, onePixel), pixelPtr.advance(i32.const(4 * UNROLL))),
      ...eachRow((c) => accumulators[c].map((a, v) => f32x4.store(outPtr.get, a.get, 16 * v))),
    ];
    /** All taps and tiles over the pixels of a part. */
    const part: Code[] = [
      tapPtr.set(p.taps.get),
      outTap.set(p.out.get),
      ...forEach(
        tap,
        p.tapCount,
        xTile.set(i32.add(p.x.get, i32.load(tapPtr.get))),
        outC.set(outTap.get),
        ...forEach(
          cTile,
          p.cTiles,
          dyTile.set(p.dy.get),
          outTile.set(outC.get),
          ...forEach(
            oTile,
            p.oTiles,
            ...tile,
            dyTile.advance(i32.const(16 * vectors)),
            outTile.advance(i32.const(16 * vectors)),
          ),
          xTile.advance(i32.const(16)),
          outC.advance(i32.mul(p.outRow.get, i32.const(4))),
        ),
        tapPtr.advance(i32.const(4)),
        outTap.advance(p.tapBytes.get),
      ),
    ];
    return [
      countDown(
        p.images,
        1,
        size.set(i32.min(p.images.get, p.block.get)),
        rest.set(i32.mul(size.get, p.perImage.get)),
        partPtr.set(p.pixels.get),
        countDown(
          rest,
          1,
          count.set(i32.min(rest.get, p.part.get)),
          ...part,
          partPtr.advance(i32.mul(count.get, i32.const(4))),
          p.dy.advance(i32.mul(count.get, p.dyCol.get)),
          // countDown subtracts one pixel; this subtracts the others of the part.
          rest.set(i32.sub(rest.get, i32.sub(count.get, i32.const(1)))),
        ),
        p.x.advance(i32.mul(size.get, p.xImage.get)),
        // countDown subtracts one image; this subtracts the others of the block.
        p.images.set(i32.sub(p.images.get, i32.sub(size.get, i32.const(1)))),
      ),
    ];
  });
}
