/** Splits a formula's text into tokens. */
import { FormulaError, quoted, type Place } from './formula-error.ts';

export type Symbol = '+' | '-' | '*' | '/' | '(' | ')' | ',';

export type Token = Place &
  (
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'symbol'; readonly symbol: Symbol }
    | { readonly kind: 'end' }
  );

/** Most characters of a formula. The longest formula of a built-in method has about 60. */
export const LONGEST_FORMULA = 400;

/** Spaces only. A line break is refused, because a formula is one argument on a command line. */
const BLANK = / +/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
/** The prime of x' may be typed as an apostrophe, straight or curly, or as a prime sign. */
const NAME = /[A-Za-z_][A-Za-z0-9_]*['’′]?/y;
/** The symbol for each character. The mathematical signs − · × mean the same as - and *. */
const SYMBOLS: Readonly<Record<string, Symbol>> = {
  ...({ '+': '+', '-': '-', '*': '*', '/': '/', '(': '(', ')': ')', ',': ',' } as const),
  ...({ '−': '-', '·': '*', '×': '*' } as const),
};

/**
 * The tokens of `text`; the last has kind `end`. Throws `FormulaError` for a text that is too long, a character that
 * belongs to no token or a number that is not finite.
 */
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

/** The token at index `at`; `match` gives the text that a pattern matches there. */
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

/** The token in words, for an error message. */
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
