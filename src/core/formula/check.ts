/**
 * Checks a parsed formula and gives each of its parts a type. A part whose type is wrong gives a FormulaError with its
 * position and what was expected.
 */
import { nearest } from './nearest.ts';
import { FormulaError, quoted, type Place } from './formula-error.ts';
import { parse, type Operator, type Tree } from './parse.ts';
import {
  FUNCTIONS,
  NAMES,
  TYPE_WORDS,
  type FunctionEntry,
  type FunctionName,
  type Name,
  type ValueType,
} from './vocabulary.ts';

interface Typed extends Place {
  readonly type: ValueType;
  /** Whether its gradient reaches weights of the network or of the predictor h: it has f, z or h outside `sg`. */
  readonly trains: boolean;
  /** Whether its gradient reaches x': it has x' outside `sg`. */
  readonly followsAttack: boolean;
}

/** A checked formula. */
export type Formula = Typed &
  (
    | { readonly kind: 'number'; readonly value: number }
    | { readonly kind: 'name'; readonly name: Name }
    | { readonly kind: 'call'; readonly name: FunctionName; readonly args: readonly Formula[] }
    | { readonly kind: 'negation'; readonly operand: Formula }
    | {
        readonly kind: 'operation';
        readonly operator: Operator;
        readonly left: Formula;
        readonly right: Formula;
      }
  );

/** What a formula is: the attack's objective, or the first or second term of the loss. */
export type Role = 'objective' | 'first' | 'second';

/**
 * Parses and checks `text`. An objective must be per example and have a gradient that reaches x'; a term must be one
 * number and have a gradient that reaches weights. Throws `FormulaError` if `text` is not such a formula.
 */
export const formulaOf = (text: string, role: Role): Formula => checked(parse(text), text, role);

/** The checked tree of `text`, in work that grows with the number of its nodes alone. Throws as `formulaOf`. */
export function checked(tree: Tree, text: string, role: Role): Formula {
  const checker = new Checker(text, role);
  return checker.whole(tree);
}

class Checker {
  constructor(
    private readonly text: string,
    private readonly role: Role,
  ) {}

  whole(tree: Tree): Formula {
    const formula = this.typed(tree);
    const { type, trains, followsAttack } = formula;
    const it = `${this.words(tree)} is ${TYPE_WORDS[type]}`;
    if (this.role === 'objective') {
      if (type !== 'per example')
        throw this.error(tree, `the attack ascends a number per example, and ${it}`);
      if (!followsAttack)
        throw this.error(tree, "no gradient of it reaches x': the attack would have nothing to ascend");
      return formula;
    }
    if (type === 'per example')
      throw this.error(tree, `a term of the loss is one number, and ${it}: write mean(…) around it`);
    if (type !== 'number') throw this.error(tree, `a term of the loss is one number, and ${it}`);
    if (!trains)
      throw this.error(tree, 'no gradient of it reaches the network: the term would train nothing');
    return formula;
  }

  private error({ at, end }: Place, reason: string): FormulaError {
    return new FormulaError(reason, at, end);
  }

  private words({ at, end }: Place): string {
    return quoted(this.text.slice(at, end));
  }

  private typed(tree: Tree): Formula {
    const { at, end } = tree;
    switch (tree.kind) {
      case 'number':
        return { ...tree, type: 'number', trains: false, followsAttack: false };
      case 'name':
        return this.name(tree.name, tree);
      case 'call':
        return this.call(tree);
      case 'negation': {
        const operand = this.typed(tree.operand);
        const { type, trains, followsAttack } = operand;
        if (type === 'image' || type === 'labels')
          throw this.error(operand, `there is no negative of ${this.words(operand)}, ${TYPE_WORDS[type]}`);
        return { kind: 'negation', operand, type, trains, followsAttack, at, end };
      }
      case 'operation':
        return this.operation(tree);
    }
  }

  private name(name: string, place: Place): Formula {
    const { at, end } = place;
    if (Object.hasOwn(FUNCTIONS, name))
      throw this.error(
        place,
        `${name} is a function: write its arguments, as in ${FUNCTIONS[name as FunctionName].example}`,
      );
    if (!Object.hasOwn(NAMES, name)) throw this.error(place, this.unknown('name', name, Object.keys(NAMES)));
    const { type } = NAMES[name as Name];
    return { kind: 'name', name: name as Name, type, trains: false, followsAttack: name === "x'", at, end };
  }

  private unknown(kind: string, name: string, known: readonly string[]): string {
    const close = nearest(name, [...Object.keys(NAMES), ...Object.keys(FUNCTIONS)]);
    const hint = close === null ? `there are ${known.join(', ')}` : `is it ${close}`;
    return `there is no ${kind} “${quoted(name)}”: ${hint}`;
  }

  private call(tree: Tree & { kind: 'call' }): Formula {
    const { at, end, name } = tree;
    const place = { at, end: at + name.length };
    if (!Object.hasOwn(FUNCTIONS, name)) {
      if (Object.hasOwn(NAMES, name))
        throw this.error(place, `${name} is not a function: for a product write ${name} * (…)`);
      throw this.error(place, this.unknown('function', name, Object.keys(FUNCTIONS)));
    }
    if (name === 'h' && this.role === 'objective')
      throw this.error(place, 'the predictor h belongs to the terms of the loss, the attack has none');
    const entry: FunctionEntry = FUNCTIONS[name as FunctionName];
    const args = tree.args.map((arg) => this.typed(arg));
    const { gives } = this.signature(name, entry, args, tree);
    // A call of f, z or h has weights itself: those of the network or of the predictor.
    const own = args[0].type === 'image' || name === 'h';
    return {
      kind: 'call',
      name: name as FunctionName,
      args,
      type: gives,
      trains: name !== 'sg' && (own || args.some((a) => a.trains)),
      followsAttack: name !== 'sg' && args.some((a) => a.followsAttack),
      at,
      end,
    };
  }

  /**
   * The signature that the arguments' types match. Throws `FormulaError` for a wrong number of arguments, at the first
   * argument that matches no signature, or if kl's third argument is not a literal above 0.
   */
  private signature(name: string, entry: FunctionEntry, args: readonly Formula[], tree: Tree) {
    let possible = entry.signatures;
    const counts = [...new Set(possible.map(({ takes }) => takes.length))].sort();
    if (!counts.includes(args.length)) {
      const takes = `${name} takes ${counts.join(' or ')} argument${counts.join() === '1' ? '' : 's'}`;
      throw this.error(tree, `${takes}, as in ${entry.example}, not ${args.length}`);
    }
    possible = possible.filter(({ takes }) => takes.length === args.length);
    args.forEach((arg, i) => {
      const expected = [...new Set(possible.map(({ takes }) => TYPE_WORDS[takes[i]]))];
      possible = possible.filter(({ takes }) => takes[i] === arg.type);
      if (possible.length > 0) return;
      const which = args.length > 1 ? ` as its ${ORDINALS[i]} argument` : '';
      throw this.error(
        arg,
        `${name} expects ${listed(expected)}${which}, and ${this.words(arg)} is ${TYPE_WORDS[arg.type]}`,
      );
    });
    if (name === 'kl' && args.length === 3) {
      const [, , added] = args;
      if (added.kind !== 'number' || added.value <= 0)
        throw this.error(added, 'kl expects a number above 0, such as 1e-12, as its third argument');
    }
    return possible[0];
  }

  private operation(tree: Tree & { kind: 'operation' }): Formula {
    const { at, end, operator, operatorAt } = tree;
    const [left, right] = [this.typed(tree.left), this.typed(tree.right)];
    for (const side of [left, right])
      if (side.type === 'image' || side.type === 'labels')
        throw this.error(
          side,
          `${operator} takes no ${side.type === 'image' ? 'images' : 'labels'}: ${this.words(side)} goes into a function, as in ${side.type === 'image' ? `f(${this.words(side)})` : 'ce(f(x), y)'}`,
        );
    const type = left.type === 'number' ? right.type : left.type;
    if (type !== right.type && right.type !== 'number')
      throw this.error(
        { at: operatorAt, end: operatorAt + 1 },
        `${operator} takes two values of one type, or one value and a number: ${this.words(left)} is ${TYPE_WORDS[left.type]}, and ${this.words(right)} is ${TYPE_WORDS[right.type]}`,
      );
    if (operator === '/' && right.kind === 'number' && right.value === 0)
      throw this.error(right, 'a division by 0');
    const trains = left.trains || right.trains;
    const followsAttack = left.followsAttack || right.followsAttack;
    return { kind: 'operation', operator, left, right, type, trains, followsAttack, at, end };
  }
}

const ORDINALS = ['first', 'second', 'third'];
const listed = (words: readonly string[]): string =>
  words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
