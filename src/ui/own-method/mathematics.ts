/** A checked formula as MathML, which browsers display without a library. */
import { createElement, type ReactElement, type ReactNode } from 'react';
import type { Formula } from '../../core/formula/check.ts';
import { passOf } from '../../core/formula/own-method.ts';
import { inParentheses, m, name, operator, primed, row } from '../shared/mathml.ts';

type Call = Formula & { kind: 'call' };

/** A number; 1e-12 becomes 10 to the power of -12. */
function number(value: number): ReactElement {
  const match = /^(.*)e([+-]?)(\d+)$/.exec(String(value));
  if (!match) return m('mn', String(value));
  const [, factor, sign, exponent] = match;
  const power = m(
    'msup',
    m('mn', '10'),
    sign === '-' ? row(operator('−'), m('mn', exponent)) : m('mn', exponent),
  );
  return factor === '1' ? power : row(m('mn', factor), operator('·'), power);
}

/** Precedence: 1 for sums, differences and negations, 2 for products, 3 for what never needs parentheses. */
function strength(formula: Formula): number {
  if (formula.kind === 'negation') return 1;
  if (formula.kind === 'call') return formula.name === 'cos' ? 1 : 3;
  if (formula.kind === 'operation') return { '+': 1, '-': 1, '*': 2, '/': 3 }[formula.operator];
  return 3;
}

/** The formula, in parentheses if its precedence is below `least`. */
const held = (formula: Formula, least: number): ReactNode =>
  strength(formula) < least ? inParentheses(mathematics(formula)) : mathematics(formula);

function operation(formula: Formula & { kind: 'operation' }): ReactElement {
  const { left, right } = formula;
  switch (formula.operator) {
    case '+':
      return row(mathematics(left), operator('+'), held(right, right.kind === 'negation' ? 2 : 1));
    case '-':
      return row(mathematics(left), operator('−'), held(right, 2));
    case '*':
      return row(held(left, 2), operator('·'), held(right, 2));
    case '/':
      return m('mfrac', mathematics(left), mathematics(right));
  }
}

const list = (args: readonly Formula[], separator = ','): ReactElement =>
  row(...args.flatMap((arg, i) => (i === 0 ? [mathematics(arg)] : [operator(separator), mathematics(arg)])));

const applied = (head: ReactNode, args: readonly Formula[], separator?: string): ReactElement =>
  row(head, inParentheses(list(args, separator)));

/** Functions whose name is displayed differently from the text of the formula. */
const HEADS: Readonly<Record<string, string>> = { ce: 'CE', bce: 'BCE', mse: 'MSE', entropy: 'H' };

function call(formula: Call): ReactElement {
  const { args } = formula;
  if (passOf(formula)) {
    const [letter, branch] = formula.name.split('_');
    return applied(branch ? m('msub', name(letter), m('mtext', branch)) : name(letter), args);
  }
  switch (formula.name) {
    case 'mean':
      return row(name('𝔼'), operator('['), mathematics(args[0]), operator(']'));
    case 'exp':
      return m('msup', name('e'), mathematics(args[0]));
    case 'kl': {
      const head = args.length === 3 ? m('msub', name('KL'), mathematics(args[2])) : name('KL');
      return applied(head, args.slice(0, 2), '‖');
    }
    case 'cos':
      return row(m('mn', '1'), operator('−'), applied(name('cos'), args));
    case 'prob':
      return applied(m('msub', name('p'), name('y')), [args[0]]);
    default:
      return applied(name(HEADS[formula.name] ?? formula.name), args);
  }
}

/** The formula as an element for use within `<math>`. */
export function mathematics(formula: Formula): ReactElement {
  switch (formula.kind) {
    case 'number':
      return number(formula.value);
    case 'name':
      return formula.name === "x'" ? primed('x') : name(formula.name);
    case 'negation':
      return row(operator('−'), held(formula.operand, 2));
    case 'operation':
      return operation(formula);
    case 'call':
      return call(formula);
  }
}

const space = (): ReactElement => createElement('mspace', { width: '0.25em' });

/** A `<math>` block as wide as its content, because the element around it scrolls. */
const block = (...children: ReactNode[]): ReactElement =>
  createElement(
    'math',
    {
      display: 'block',
      style: { width: 'max-content', minWidth: '100%', marginBlock: 'var(--mantine-spacing-xs)' },
    },
    row(...children),
  );

/** x' = argmax of the objective over ‖x' − x‖∞ ≤ ε. */
export const attackMathematics = (objective: Formula): ReactElement =>
  block(
    primed('x'),
    operator('='),
    m(
      'munder',
      name('argmax'),
      row(
        m('msub', row(operator('‖'), primed('x'), operator('−'), m('mi', 'x'), operator('‖')), operator('∞')),
        operator('≤'),
        m('mi', 'ε'),
      ),
    ),
    space(),
    mathematics(objective),
  );

/** The first term, as the start of a minimisation over the weights θ. */
export const firstMathematics = (first: Formula): ReactElement =>
  block(m('munder', name('min'), m('mi', 'θ')), space(), held(first, 2));

/** The second term with a leading plus, to be shown below the first. */
export const secondMathematics = (second: Formula): ReactElement =>
  block(operator('+'), space(), held(second, 2));
