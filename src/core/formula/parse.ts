/**
 * Parses tokens to a tree, by recursive descent:
 *
 *     sum     = product { ("+" | "-") product }
 *     product = factor { ("*" | "/") factor }
 *     factor  = ("-" | "+") factor | number | name [ "(" sum { "," sum } ")" ] | "(" sum ")"
 *
 * Every node has its position in the text, for the messages of check.ts.
 */
import { FormulaError, type Place } from './formula-error.ts';
import { tokensOf, tokenWords, type Symbol, type Token } from './tokens.ts';

export type Operator = '+' | '-' | '*' | '/';

/** A parsed formula, whose names and types are not checked yet. */
export type Tree = Place &
  (
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'call'; readonly name: string; readonly args: readonly Tree[] }
    | { readonly kind: 'negation'; readonly operand: Tree }
    | {
        readonly kind: 'operation';
        readonly operator: Operator;
        readonly operatorAt: number;
        readonly left: Tree;
        readonly right: Tree;
      }
  );

/** Most levels of parentheses, calls and signs inside each other. */
const DEEPEST = 32;

/** The tree of `text`. Throws `FormulaError` at the first token that does not fit the grammar. */
export const parse = (text: string): Tree => treeOf(tokensOf(text));

/** The tree of a formula's tokens, in work that grows with their number alone. Throws as `parse`. */
export function treeOf(tokens: readonly Token[]): Tree {
  const parser = new Parser(tokens);
  return parser.whole();
}

class Parser {
  private next = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  whole(): Tree {
    const tree = this.sum();
    if (this.token.kind !== 'end') throw this.unexpected('an operator (+ - * /) or the end');
    return tree;
  }

  private get token(): Token {
    return this.tokens[this.next];
  }

  private isAt(...symbols: readonly Symbol[]): boolean {
    return this.token.kind === 'symbol' && symbols.includes(this.token.symbol);
  }

  private unexpected(expected: string): FormulaError {
    const { at, end } = this.token;
    return new FormulaError(`expected ${expected}, not ${tokenWords(this.token)}`, at, end);
  }

  private sum = (): Tree => this.operations(['+', '-'], () => this.product());
  private product = (): Tree => this.operations(['*', '/'], () => this.factor());

  /** A chain of operations of equal precedence, grouped from left to right. */
  private operations(operators: readonly Operator[], operand: () => Tree): Tree {
    let left = operand();
    while (this.isAt(...operators)) {
      const { symbol, at: operatorAt } = this.token as Token & { kind: 'symbol' };
      this.next++;
      const right = operand();
      const { at } = left;
      const operator = symbol as Operator;
      left = { kind: 'operation', operator, operatorAt, left, right, at, end: right.end };
    }
    return left;
  }

  private factor(): Tree {
    if (++this.depth > DEEPEST)
      throw new FormulaError(`nested deeper than ${DEEPEST} levels`, this.token.at, this.token.end);
    try {
      return this.signed();
    } finally {
      this.depth--;
    }
  }

  private signed(): Tree {
    const { token } = this;
    if (!this.isAt('+', '-')) return this.primary();
    this.next++;
    const operand = this.factor();
    if (token.kind === 'symbol' && token.symbol === '+') return operand;
    return { kind: 'negation', operand, at: token.at, end: operand.end };
  }

  private primary(): Tree {
    const { token } = this;
    const { at, end } = token;
    if (token.kind === 'number') {
      this.next++;
      return { kind: 'number', value: token.value, at, end };
    }
    if (token.kind === 'name') {
      this.next++;
      if (!this.isAt('(')) return { kind: 'name', name: token.name, at, end };
      const args = this.args();
      return { kind: 'call', name: token.name, args, at, end: this.tokens[this.next - 1].end };
    }
    if (!this.isAt('(')) throw this.unexpected('a number, a name or “(”');
    this.next++;
    const inner = this.sum();
    if (!this.isAt(')')) throw this.unexpected(`an operator, or “)” for the “(” at character ${at + 1}`);
    this.next++;
    return { ...inner, at, end: this.tokens[this.next - 1].end };
  }

  /** The arguments after a function's name: `(first, second)`. */
  private args(): Tree[] {
    const open = this.token.at;
    this.next++;
    const args: Tree[] = [];
    do {
      args.push(this.sum());
      if (!this.isAt(',', ')'))
        throw this.unexpected(`an operator, “,” or “)” for the “(” at character ${open + 1}`);
      this.next++;
    } while ((this.tokens[this.next - 1] as Token & { kind: 'symbol' }).symbol === ',');
    return args;
  }
}
