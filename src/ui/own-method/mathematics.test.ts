import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { formulaOf } from '../../core/formula/check.ts';
import { EXAMPLE_IDS, EXAMPLES } from '../../core/formula/examples.ts';
import { ownMethodOf } from '../../core/formula/own-method.ts';
import { attackMathematics, firstMathematics, mathematics, secondMathematics } from './mathematics.ts';

/** The visible text of the formula, without markup. */
const read = (element: React.ReactElement): string => renderToStaticMarkup(element).replace(/<[^>]*>/g, '');

test.each([
  ["6 * mean(kl(f_adv(x), f(x')))", '6·𝔼[KL(fadv(x)‖f(x′))]'],
  ['a * mean(ce(f(x), y)) + (1 - a) * mean(ce(f(x), y))', 'a·𝔼[CE(f(x),y)]+(1−a)·𝔼[CE(f(x),y)]'],
  ['mean(ce(f(x), y)) - (a - t)', '𝔼[CE(f(x),y)]−(a−t)'],
  ['mean(ce(f(x), y)) - a - t', '𝔼[CE(f(x),y)]−a−t'],
  ['2 * mean(cos(z(x), z(x)) * 3)', '2·𝔼[(1−cos(z(x),z(x)))·3]'],
  ['-(mean(ce(f(x), y)) + 1)', '−(𝔼[CE(f(x),y)]+1)'],
  ['mean(kl(f(x), f(x), 1e-12)) + 2.5e-7', '𝔼[KL10−12(f(x)‖f(x))]+2.5·10−7'],
  ['mean(prob(f(x), y))', '𝔼[py(f(x))]'],
])('given the formula %s, then its text is %s', (text, expected) => {
  expect(read(mathematics(formulaOf(text, 'first')))).toBe(expected);
});

test('given a quotient of sums, then it is set as a fraction without parentheses', () => {
  const markup = renderToStaticMarkup(mathematics(formulaOf('(mean(ce(f(x), y)) + 1) / (1 + t)', 'first')));
  expect(markup).toMatch(/^<mfrac>/);
  expect(markup).toContain('<mrow><mn>1</mn><mo>+</mo><mi>t</mi></mrow></mfrac>');
});

test.each(EXAMPLE_IDS)(
  'given the example %s, then its attack, first term and second term, if any, are each set as mathematics',
  (id) => {
    const { objective, first, second } = ownMethodOf(EXAMPLES[id].switches);
    expect(read(attackMathematics(objective))).toMatch(/^x′=argmax‖x′−x‖∞≤ε/);
    expect(read(firstMathematics(first))).toMatch(/^minθ/);
    if (second) expect(read(secondMathematics(second))).toMatch(/^\+/);
  },
);
