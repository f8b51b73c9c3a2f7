/**
 * Reading a formula takes work that grows with its length alone, and its length and depth are bounded: so no text,
 * however hostile, keeps the page waiting. Counted, not timed: reads of tokens by the parser, of nodes by the checker.
 */
import { expect, test } from 'vitest';
import { checked } from './check.ts';
import { FormulaError } from './formula-error.ts';
import { treeOf, type Tree } from './parse.ts';
import { LONGEST_FORMULA, tokensOf } from './tokens.ts';

/** Formulas of `n` parts: long, deep within the limit, and both. */
const SHAPES: readonly (readonly [string, (n: number) => string])[] = [
  ['a sum', (n) => Array(n).fill('1').join('+')],
  ['a product', (n) => Array(n).fill('t').join('*')],
  ['signs', (n) => Array(n).fill('--------1').join('-')],
  [
    'deep parentheses side by side',
    (n) =>
      Array(n)
        .fill(`${'('.repeat(9)}1${')'.repeat(9)}`)
        .join('+'),
  ],
  ['calls side by side', (n) => Array(n).fill('mean(ce(f(x),y))').join('+')],
  ['calls within calls', (n) => Array(n).fill('exp(min(max(exp(1),2),3))').join('*')],
];

/** `value`, of which every read of an item or field is counted, at any depth. */
function counted<T extends object>(value: T, count: () => void): T {
  return new Proxy(value, {
    get(target, key, receiver) {
      const part: unknown = Reflect.get(target, key, receiver);
      if (typeof key === 'string' && key !== 'length') count();
      return typeof part === 'object' && part !== null ? counted(part, count) : part;
    },
  });
}

function work(text: string): number {
  let reads = 0;
  const count = () => void reads++;
  let tree: Tree;
  try {
    tree = treeOf(counted(tokensOf(text), count));
    checked(counted(tree, count), text, 'first');
  } catch (error) {
    if (!(error instanceof FormulaError)) throw error;
  }
  return reads;
}

test.each(SHAPES)('given %s of twice the length, when read, then the work at most doubles', (_, shape) => {
  const most = Math.floor(LONGEST_FORMULA / (shape(2).length - shape(1).length)) - 1;
  const half = Math.floor(most / 2);
  expect(shape(2 * half).length).toBeLessThanOrEqual(LONGEST_FORMULA);
  expect(work(shape(half))).toBeGreaterThan(half);
  expect(work(shape(2 * half))).toBeLessThanOrEqual(2.1 * work(shape(half)));
});

test.each(SHAPES)(
  'given %s as long as a formula may be, when read, then a character costs at most 250 reads',
  (_, shape) => {
    const most = Math.floor(LONGEST_FORMULA / (shape(2).length - shape(1).length)) - 1;
    expect(work(shape(most))).toBeLessThan(250 * shape(most).length);
  },
);

test('given texts longer or deeper than a formula may be, when read, then they are refused before the rest is read', () => {
  for (const part of ['(', '-', 'mean(', '1+']) {
    const [long, longer] = [LONGEST_FORMULA + 1, 50 * LONGEST_FORMULA].map((n) => work(part.repeat(n)));
    expect(long).toBe(0);
    expect(longer).toBe(0);
  }
  // Nesting ends the parser at the 33rd level, whatever follows.
  const deep = (n: number) => `${'('.repeat(40)}${'1+'.repeat(n)}1`;
  expect(work(deep(150))).toBe(work(deep(1)));
});
