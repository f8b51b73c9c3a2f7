/**
 * Passes in WebAssembly over tensors as rows of channels ([rows, C], C a multiple of 4), and over flat arrays. Channels
 * are processed in groups of `vectors` times four, so that their vectors and sums stay in registers over all rows.
 */
import { countDown, defineFunction, f32x4, i32 } from './assembler.ts';
import type { Code, FunctionDefinition, Local, ValueType } from './assembler.ts';

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
/** How many rows are summed before their sum is added to the total, which limits float32 rounding. */
const ROWS_PER_PARTIAL_SUM = 64;

interface RowPass<S extends string, C extends string, R extends string> {
  /** Tensors [rows, C], by name, to read or, if `each` returns them in `write`, to write. */
  readonly streams: readonly S[];
  /** Vectors [C]. */
  readonly channels: readonly C[];
  /** Sums over the rows, [C], written at the end. */
  readonly sums?: readonly R[];
  /**
   * The code for one vector of four channels. `stream(s)` loads a stream's vector. Returns the values to store in
   * streams and to add to sums.
   */
  readonly each: (
    stream: (name: S) => Code,
    channel: (name: C) => Code,
    temporary: readonly Local[],
  ) => { before?: Code[]; write?: Partial<Record<S, Code>>; add?: Record<R, Code> };
}

/** Parameters: the streams, the channel vectors, the sums, then rows, groups (of 4 * vectors channels), rowBytes. */
function rowPass<S extends string, C extends string, R extends string = never>(
  name: string,
  vectors: number,
  pass: RowPass<S, C, R>,
): FunctionDefinition {
  const sumNames = pass.sums ?? [];
  const pointers = [...pass.streams, ...pass.channels, ...sumNames];
  const parameters = Object.fromEntries(
    [...pointers, 'rows', 'groups', 'rowBytes'].map((n) => [n, 'i32' as const]),
  ) as Record<S | C | R | 'rows' | 'groups' | 'rowBytes', 'i32'>;
  return defineFunction(name, parameters, (p, local) => {
    const many = (names: readonly string[], type: ValueType): Record<string, Local[]> =>
      Object.fromEntries(names.map((n) => [n, range(vectors).map(() => local(type))]));
    const [left, inner] = [local('i32'), local('i32')];
    const cursor = Object.fromEntries(pass.streams.map((s) => [s, local('i32')])) as Record<S, Local>;
    const held = many(pass.channels, 'v128');
    const [total, partial] = [many(sumNames, 'v128'), many(sumNames, 'v128')];
    const temporary = range(2).map(() => local('v128'));

    const row = range(vectors).flatMap((v): Code[] => {
      const result = pass.each(
        (s) => f32x4.load(cursor[s].get, 16 * v),
        (c) => held[c][v].get,
        temporary,
      );
      return [
        ...(result.before ?? []),
        ...Object.entries<Code>((result.write ?? {}) as Record<string, Code>).map(([s, value]) =>
          f32x4.store(cursor[s as S].get, value, 16 * v),
        ),
        ...sumNames.map((r) =>
          partial[r][v].set(f32x4.add(partial[r][v].get, (result.add as Record<string, Code>)[r])),
        ),
      ];
    });
    const advance = pass.streams.map((s) => cursor[s].advance(p.rowBytes.get));
    const rows: Code[] =
      sumNames.length === 0
        ? [left.set(p.rows.get), countDown(left, 1, ...row, ...advance)]
        : [
            left.set(p.rows.get),
            countDown(
              left,
              ROWS_PER_PARTIAL_SUM,
              ...sumNames.flatMap((r) => partial[r].map((a) => a.set(f32x4.zero()))),
              inner.set(i32.min(left.get, i32.const(ROWS_PER_PARTIAL_SUM))),
              countDown(inner, 1, ...row, ...advance),
              ...sumNames.flatMap((r) => total[r].map((t, v) => t.set(f32x4.add(t.get, partial[r][v].get)))),
            ),
          ];
    return [
      countDown(
        p.groups,
        1,
        ...pass.streams.map((s) => cursor[s].set(p[s].get)),
        ...pass.channels.flatMap((c) => held[c].map((h, v) => h.set(f32x4.load(p[c].get, 16 * v)))),
        ...sumNames.flatMap((r) => total[r].map((t) => t.set(f32x4.zero()))),
        ...rows,
        ...sumNames.flatMap((r) => total[r].map((t, v) => f32x4.store(p[r].get, t.get, 16 * v))),
        ...pointers.map((n) => p[n].advance(i32.const(16 * vectors))),
      ),
    ];
  });
}

/** dz = dy where y > 0, else 0; or dy itself. */
const masked = (relu: boolean, dy: Code, y: () => Code): Code =>
  relu ? f32x4.and(dy, f32x4.greater(y(), f32x4.zero())) : dy;

/** The passes of BatchNorm and pooling, for channel groups of 4 * vectors. */
function channelPasses(vectors: number): FunctionDefinition[] {
  const suffix = String(4 * vectors);
  const withRelu = (relu: boolean): FunctionDefinition[] => [
    // y = x * scale + bias, then ReLU
    rowPass(`${relu ? 'scaleRelu' : 'scale'}${suffix}`, vectors, {
      streams: ['x', 'y'],
      channels: ['scaleBy', 'bias'],
      each: (s, c) => {
        const z = f32x4.add(f32x4.mul(s('x'), c('scaleBy')), c('bias'));
        return { write: { y: relu ? f32x4.pmax(z, f32x4.zero()) : z } };
      },
    }),
    // sum dz, sum dz * (x - mean)
    rowPass(`${relu ? 'gradSumsRelu' : 'gradSums'}${suffix}`, vectors, {
      streams: relu ? ['dy', 'x', 'y'] : ['dy', 'x'],
      channels: ['mean'],
      sums: ['sumDz', 'sumDzX'],
      each: (s, c, [dz]) => ({
        before: [dz.set(masked(relu, s('dy'), () => s('y' as 'x')))],
        add: { sumDz: dz.get, sumDzX: f32x4.mul(dz.get, f32x4.sub(s('x'), c('mean'))) },
      }),
    }),
    // dx = a * dz + (b * (x - mean) + c)
    rowPass(`${relu ? 'gradApplyRelu' : 'gradApply'}${suffix}`, vectors, {
      streams: relu ? ['dy', 'x', 'dx', 'y'] : ['dy', 'x', 'dx'],
      channels: ['mean', 'a', 'b', 'c'],
      each: (s, c) => {
        const dz = masked(relu, s('dy'), () => s('y' as 'x'));
        const centred = f32x4.sub(s('x'), c('mean'));
        const rest = f32x4.add(f32x4.mul(centred, c('b')), c('c'));
        return { write: { dx: f32x4.add(f32x4.mul(dz, c('a')), rest) } };
      },
    }),
    // dx = a * dz
    rowPass(`${relu ? 'gradScaleRelu' : 'gradScale'}${suffix}`, vectors, {
      streams: relu ? ['dy', 'dx', 'y'] : ['dy', 'dx'],
      channels: ['a'],
      each: (s, c) => ({
        write: {
          dx: f32x4.mul(
            masked(relu, s('dy'), () => s('y' as 'dx')),
            c('a'),
          ),
        },
      }),
    }),
  ];
  return [
    ...withRelu(false),
    ...withRelu(true),
    rowPass(`sum${suffix}`, vectors, {
      streams: ['x'],
      channels: [],
      sums: ['sum'],
      each: (s) => ({ add: { sum: s('x') } }),
    }),
    rowPass(`sumSquares${suffix}`, vectors, {
      streams: ['x'],
      channels: ['mean'],
      sums: ['sum'],
      each: (s, c, [d]) => ({
        before: [d.set(f32x4.sub(s('x'), c('mean')))],
        add: { sum: f32x4.mul(d.get, d.get) },
      }),
    }),
    // y = value in every row
    rowPass(`broadcast${suffix}`, vectors, {
      streams: ['y'],
      channels: ['value'],
      each: (_, c) => ({ write: { y: c('value') } }),
    }),
  ];
}

/** out[i] = f(inputs at i) for `count` floats (a multiple of 4). Scalars come as f32 parameters. */
function flatPass<S extends string, C extends string>(
  name: string,
  inputs: readonly S[],
  outputs: readonly string[],
  scalars: readonly C[],
  each: (input: (name: S) => Code, scalar: (name: C) => Code, temporary: readonly Local[]) => Code[],
): FunctionDefinition {
  const parameters = Object.fromEntries([
    ...[...inputs, ...outputs, 'count'].map((n) => [n, 'i32' as const]),
    ...scalars.map((n) => [n, 'f32' as const]),
  ]) as Record<string, ValueType>;
  return defineFunction(name, parameters, (p, local) => {
    const splats = Object.fromEntries(scalars.map((c) => [c, local('v128')])) as Record<C, Local>;
    const temporary = range(2).map(() => local('v128'));
    const values = each(
      (s) => f32x4.load(p[s].get),
      (c) => splats[c].get,
      temporary,
    );
    return [
      ...scalars.map((c) => splats[c].set(f32x4.splat(p[c].get))),
      countDown(
        p.count,
        4,
        ...values.map((v, i) => f32x4.store(p[outputs[i]].get, v)),
        ...[...inputs, ...outputs].map((n) => p[n].advance(i32.const(16))),
      ),
    ];
  });
}

const clamp = (v: Code, low: Code, high: Code): Code => f32x4.pmin(f32x4.pmax(v, low), high);

/** Every function of this file. */
export const ROW_FUNCTIONS: readonly FunctionDefinition[] = [
  ...channelPasses(4),
  ...channelPasses(1),
  flatPass('add', ['a', 'b'], ['y'], [], (s) => [f32x4.add(s('a'), s('b'))]),
  flatPass('addRelu', ['a', 'b'], ['y'], [], (s) => [f32x4.pmax(f32x4.add(s('a'), s('b')), f32x4.zero())]),
  flatPass('reluGrad', ['dy', 'y'], ['dx'], [], (s) => [masked(true, s('dy'), () => s('y'))]),
  flatPass('pgdStep', ['x', 'grad', 'x0'], ['y'], ['step', 'eps', 'minusEps', 'one'], (s, c) => {
    // Comparisons, not division, so that denormals count and 0 and NaN do not move x.
    const up = f32x4.and(c('step'), f32x4.greater(s('grad'), f32x4.zero()));
    const down = f32x4.and(c('step'), f32x4.less(s('grad'), f32x4.zero()));
    const moved = f32x4.add(s('x'), f32x4.sub(up, down));
    const delta = clamp(f32x4.sub(moved, s('x0')), c('minusEps'), c('eps'));
    return [clamp(f32x4.add(s('x0'), delta), f32x4.zero(), c('one'))];
  }),
  // The velocity is first, since its `tee` sets the local that the parameter's expression reads.
  flatPass('sgd', ['p', 'v', 'g'], ['v2', 'p2'], ['lr', 'momentum', 'decay'], (s, c, [v]) => {
    const decayed = f32x4.add(s('g'), f32x4.mul(s('p'), c('decay')));
    const velocity = f32x4.add(f32x4.mul(s('v'), c('momentum')), decayed);
    return [v.tee(velocity), f32x4.sub(s('p'), f32x4.mul(v.get, c('lr')))];
  }),
];
