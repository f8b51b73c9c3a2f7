/** A formula's text -> its tokens. */
import { FormulaError, quoted } from './formula-error.ts';

export type Symbol = '+' | '-' | '*' | '/' | '(' | ')' | ',';

export type Token = { readonly at: number; readonly end: number } & (
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'symbol'; readonly symbol: Symbol }
  | { readonly kind: 'end' }
);

/** Characters of a formula: the longest built-in method takes some 60. */
export const LONGEST_FORMULA = 400;

/** No line breaks: a formula is one argument of a command line. */
const BLANK = / +/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
/** The prime of x' may be typed as an apostrophe or as a prime. */
const NAME = /[A-Za-z_][A-Za-z0-9_]*['’′]?/y;
/** Mathematical signs stand for the ones on the keyboard. */
const SYMBOLS: Readonly<Record<string, Symbol>> = {
  ...({ '+': '+', '-': '-', '*': '*', '/': '/', '(': '(', ')': ')', ',': ',' } as const),
  ...({ '−': '-', '·': '*', '×': '*' } as const),
};

/** Ends with the token `end`. Throws FormulaError at a character that belongs to no token. */
export function tokensOf(text: string): Token[] {
  if (text.length > LONGEST_FORMULA)
    throw new FormulaError(
      `a formula has at most ${LONGEST_FORMULA} characters, this one has ${text.length}`,
      LONGEST_FORMULA,
      text.length,
    );
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(text)?.[0];
  };
  while (at < text.length) {
    const blank = match(BLANK);
    if (blank !== undefined) {
      at += blank.length;
      continue;
    }
    const token = tokenAt(text, at, match);
    tokens.push(token);
    at = token.end;
  }
  tokens.push({ kind: 'end', at, end: at });
  return tokens;
}

function tokenAt(text: string, at: number, match: (pattern: RegExp) => string | undefined): Token {
  const number = match(NUMBER);
  if (number !== undefined) {
    const [value, end] = [Number(number), at + number.length];
    if (!Number.isFinite(value)) throw new FormulaError(`${quoted(number)} is too large a number`, at, end);
    return { kind: 'number', value, at, end };
  }
  const name = match(NAME);
  if (name !== undefined)
    return { kind: 'name', name: name.replace(/[’′]$/, "'"), at, end: at + name.length };
  const symbol = Object.hasOwn(SYMBOLS, text[at]) ? SYMBOLS[text[at]] : undefined;
  if (symbol !== undefined) return { kind: 'symbol', symbol, at, end: at + 1 };
  const character = String.fromCodePoint(text.codePointAt(at)!);
  throw new FormulaError(
    `expected a number, a name, a parenthesis or one of + - * /, not “${quoted(character) || ' '}”`,
    at,
    at + character.length,
  );
}

/** A token in a sentence. */
export function tokenWords(token: Token): string {
  switch (token.kind) {
    case 'number':
      return `the number ${token.value}`;
    case 'name':
      return quoted(token.name);
    case 'symbol':
      return `“${token.symbol}”`;
    case 'end':
      return 'the end of the formula';
  }
}
