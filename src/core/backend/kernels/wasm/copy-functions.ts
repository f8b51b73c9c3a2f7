/** Copies that add or remove padding: zeros around images, and channels beyond the last. Strides in bytes. */
import { countDown, defineFunction, f32, f32x4, i32, when } from './assembler.ts';
import type { Code, FunctionDefinition, Local } from './assembler.ts';

/** target[0..bytes) = 0, bytes a multiple of 16; advances `target`. */
const fill = (target: Local, bytes: Code, counter: Local): Code[] => [
  counter.set(bytes),
  countDown(counter, 16, f32x4.store(target.get, f32x4.zero()), target.advance(i32.const(16))),
];

/** Copies floats one by one; advances both pointers. */
const copyFloats = (source: Local, target: Local, bytes: Code, counter: Local): Code[] => [
  counter.set(bytes),
  countDown(
    counter,
    4,
    f32.store(target.get, f32.load(source.get)),
    source.advance(i32.const(4)),
    target.advance(i32.const(4)),
  ),
];

const copyVectors = (source: Local, target: Local, bytes: Code, counter: Local): Code[] => [
  counter.set(bytes),
  countDown(
    counter,
    16,
    f32x4.store(target.get, f32x4.load(source.get)),
    source.advance(i32.const(16)),
    target.advance(i32.const(16)),
  ),
];

/**
 * [images, height, width, sourceCol] -> the same with `before` and `after` rows of zeros above and below, `left` and
 * `right` bytes of zeros at the sides, and pixels of targetCol bytes (a multiple of 16), zeros beyond the source's.
 */
const padImages = defineFunction(
  'pad',
  {
    ...({ source: 'i32', target: 'i32', images: 'i32', height: 'i32', before: 'i32', after: 'i32' } as const),
    ...({ rowBytes: 'i32', left: 'i32', right: 'i32' } as const),
    ...({ width: 'i32', sourceCol: 'i32', targetCol: 'i32' } as const),
  },
  (p, local) => {
    const [row, col, counter, next] = [0, 1, 2, 3].map(() => local('i32'));
    return [
      countDown(
        p.images,
        1,
        ...fill(p.target, i32.mul(p.before.get, p.rowBytes.get), counter),
        row.set(p.height.get),
        countDown(
          row,
          1,
          ...fill(p.target, p.left.get, counter),
          when(
            i32.equal(p.sourceCol.get, p.targetCol.get),
            ...copyVectors(p.source, p.target, i32.mul(p.width.get, p.sourceCol.get), counter),
          ),
          when(
            i32.notEqual(p.sourceCol.get, p.targetCol.get),
            col.set(p.width.get),
            countDown(
              col,
              1,
              next.set(i32.add(p.target.get, p.targetCol.get)),
              // Zero the last vector first, since the source does not fill it.
              f32x4.store(i32.sub(next.get, i32.const(16)), f32x4.zero()),
              ...copyFloats(p.source, p.target, p.sourceCol.get, counter),
              p.target.set(next.get),
            ),
          ),
          ...fill(p.target, p.right.get, counter),
        ),
        ...fill(p.target, i32.mul(p.after.get, p.rowBytes.get), counter),
      ),
    ];
  },
);

/** Copies the first targetCol bytes of each of `count` pixels of sourceCol bytes. */
const copyPixels = defineFunction(
  'copyPixels',
  { source: 'i32', target: 'i32', count: 'i32', sourceCol: 'i32', targetCol: 'i32' },
  (p, local) => {
    const [counter, next] = [local('i32'), local('i32')];
    return [
      countDown(
        p.count,
        1,
        next.set(i32.add(p.source.get, p.sourceCol.get)),
        ...copyFloats(p.source, p.target, p.targetCol.get, counter),
        p.source.set(next.get),
      ),
    ];
  },
);

export const COPY_FUNCTIONS: readonly FunctionDefinition[] = [padImages, copyPixels];
