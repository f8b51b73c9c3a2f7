/** Which texts are formulas, of which type, and the messages for those that are not. */
import { describe, expect, it, test } from 'vitest';
import { formulaOf, type Formula, type Role } from './check.ts';
import { EXAMPLE_IDS, EXAMPLES } from './examples.ts';
import { FormulaError } from './formula-error.ts';
import { oddities, ownMethodOf, passCount, passesIn } from './own-method.ts';
import { parse } from './parse.ts';
import { LONGEST_FORMULA } from './tokens.ts';
import { FUNCTIONS, NAMES, type FunctionName } from './vocabulary.ts';

/** The tree as text with parentheses around every operation. */
function shown(tree: ReturnType<typeof parse>): string {
  switch (tree.kind) {
    case 'number':
      return String(tree.value);
    case 'name':
      return tree.name;
    case 'call':
      return `${tree.name}(${tree.args.map(shown).join(', ')})`;
    case 'negation':
      return `(-${shown(tree.operand)})`;
    case 'operation':
      return `(${shown(tree.left)} ${tree.operator} ${shown(tree.right)})`;
  }
}

describe('the parser', () => {
  it.each([
    ['1 - 2 - 3', '((1 - 2) - 3)'],
    ['1 + 2 * 3 / 4', '(1 + ((2 * 3) / 4))'],
    ['-1 * -(2 + +3)', '((-1) * (-(2 + 3)))'],
    ["kl( f(x),f(x') )", "kl(f(x), f(x'))"],
    ['2·t × a − .5e-3', '(((2 * t) * a) - 0.0005)'],
    ['ce(f(x′), y)  + ce(f(x’), y)', "(ce(f(x'), y) + ce(f(x'), y))"],
  ])('given %j, when parsed, then the tree is %s', (text, expected) => {
    expect(shown(parse(text))).toBe(expected);
  });

  it('given a formula, when parsed, then each part has its position in the text', () => {
    const text = ' 2 * (a + t) ';
    const tree = parse(text) as ReturnType<typeof parse> & { kind: 'operation' };
    const cut = ({ at, end }: { at: number; end: number }) => text.slice(at, end);
    expect([tree, tree.left, tree.right].map(cut)).toEqual(['2 * (a + t)', '2', '(a + t)']);
    expect(text[tree.operatorAt]).toBe('*');
  });
});

/** The error for `text`. Throws `Error` if it is accepted. */
function fault(text: string, role: Role): FormulaError {
  try {
    formulaOf(text, role);
  } catch (error) {
    if (error instanceof FormulaError) return error;
    throw error;
  }
  throw new Error(`${text} was accepted`);
}

/** Role, formula, the first characters at the error's position, and the beginning or all of its reason. */
test.each<[Role, string, string, string]>([
  // Characters and the grammar.
  ['first', '', '', 'expected a number, a name or “(”, not the end of the formula'],
  [
    'first',
    'mean(ce(f(x), y)',
    '',
    'expected an operator, “,” or “)” for the “(” at character 5, not the end of the formula',
  ],
  [
    'first',
    '(1 + 2',
    '',
    'expected an operator, or “)” for the “(” at character 1, not the end of the formula',
  ],
  ['first', 'mean(ce(f(x), y)))', ')', 'expected an operator (+ - * /) or the end, not “)”'],
  ['first', '6 mean(ce(f(x), y))', 'mean', 'expected an operator (+ - * /) or the end, not mean'],
  ['first', 'ce(f(x),, y)', ', y', 'expected a number, a name or “(”, not “,”'],
  ['first', 'ce()', ')', 'expected a number, a name or “(”, not “)”'],
  ['first', '1 + * 2', '* 2', 'expected a number, a name or “(”, not “*”'],
  ['first', 'x = 1', '= 1', 'expected a number, a name, a parenthesis or one of + - * /, not “=”'],
  ['first', 'ce[0]', '[0]', 'expected a number, a name, a parenthesis or one of + - * /, not “[”'],
  ['first', '1e999', '1e999', '1e999 is too large a number'],
  ['first', '2 ** 3', '* 3', 'expected a number, a name or “(”, not “*”'],
  // Names.
  ['first', 'mean(cee(f(x), y))', 'cee', 'there is no function “cee”: is it ce'],
  ['first', 'mean(ce(f(q), y))', 'q', "there is no name “q”: there are x, x', y, a, t"],
  ['first', 'constructor', 'constructor', "there is no name “constructor”: there are x, x', y, a, t"],
  ['first', '__proto__(1)', '__proto__', 'there is no function “__proto__”: there are f, f_clean'],
  ['first', "mean(ce(f'(x), y))", "f'", "there is no function “f'”"],
  ['first', 'mean + 1', 'mean', 'mean is a function: write its arguments, as in mean(ce(f(x), y))'],
  ['first', 'a(1 + t)', 'a', 'a is not a function: for a product write a * (…)'],
  // Types.
  ['first', 'mean(kl(f(x), z(x)))', 'z(x)', 'kl expects logits as its second argument, and z(x) is features'],
  [
    'first',
    'mean(kl(softmax(f(x)), f(x)))',
    'softmax',
    'kl expects logits as its first argument, and softmax(f(x)) is probabilities',
  ],
  ['first', 'mean(ce(x, y))', 'x', 'ce expects logits as its first argument, and x is an image'],
  ['first', 'mean(ce(f(x), 3))', '3', 'ce expects the labels as its second argument, and 3 is one number'],
  ['first', 'mean(ce(f(x)))', 'ce(f(x))', 'ce takes 2 arguments, as in ce(f(x), y), not 1'],
  ['first', 'mean(kl(f(x)))', 'kl(f(x))', 'kl takes 2 or 3 arguments, as in kl(f(x), f(x′)), not 1'],
  [
    'first',
    'mean(cos(f(x), z(x)))',
    'z(x)',
    'cos expects logits as its second argument, and z(x) is features',
  ],
  ['first', 'mean(h(f(x)))', 'f(x)', 'h expects features, and f(x) is logits'],
  ['first', 'mean(f(f(x)))', 'f(x)', 'f expects an image, and f(x) is logits'],
  ['first', 'mean(kl(f(x), f(x), 0))', '0', 'kl expects a number above 0, such as 1e-12'],
  [
    'first',
    'mean(ce(f(x) + z(x), y))',
    '+',
    '+ takes two values of one type, or one value and a number: f(x) is logits, and z(x) is features',
  ],
  ['first', 'mean(ce(f(x), y) * f(x))', '* f', '* takes two values of one type'],
  ['first', 'x + 1', 'x', '+ takes no images: x goes into a function, as in f(x)'],
  ['first', '2 * y', 'y', '* takes no labels'],
  ['first', 'mean(ce(f(x), -y))', 'y', 'there is no negative of y, the labels'],
  ['first', 'mean(ce(f(x), y)) / 0', '0', 'a division by 0'],
  // Roles.
  [
    'first',
    'ce(f(x), y)',
    'ce',
    'a term of the loss is one number, and ce(f(x), y) is a number per example: write mean(…) around it',
  ],
  ['second', 'f(x)', 'f(x)', 'a term of the loss is one number, and f(x) is logits'],
  ['second', 'a * t + 1', 'a', 'no gradient of it reaches the network: the term would train nothing'],
  ['first', 'sg(mean(ce(f(x), y)))', 'sg', 'no gradient of it reaches the network'],
  [
    'objective',
    "mean(ce(f(x'), y))",
    'mean',
    "the attack ascends a number per example, and mean(ce(f(x'), y)) is one number",
  ],
  ['objective', 'ce(f(x), y)', 'ce', "no gradient of it reaches x': the attack would have nothing to ascend"],
  ['objective', "ce(sg(f(x')), y)", 'ce', "no gradient of it reaches x'"],
  [
    'objective',
    "cos(h(z(x')), z(x))",
    'h',
    'the predictor h belongs to the terms of the loss, the attack has none',
  ],
])('given the %s formula %j, when checked, then the error is at %j: %s', (role, text, part, reason) => {
  const { at, end, message, reason: said } = fault(text, role);
  expect(said).toContain(reason);
  expect(text.slice(at)).toSatisfy((rest: string) => (part === '' ? rest === '' : rest.startsWith(part)));
  expect(end).toBeGreaterThanOrEqual(at);
  expect(message).toBe(`character ${at + 1}: ${said}.`);
});

test('given more characters or levels than allowed, when checked, then the error names the limit', () => {
  expect(fault('1+'.repeat(LONGEST_FORMULA), 'first').reason).toMatch(
    /at most 400 characters, this one has 800/,
  );
  expect(fault('('.repeat(50) + '1' + ')'.repeat(50), 'first').reason).toBe('nested deeper than 32 levels');
  expect(fault('-'.repeat(300) + '1', 'first').reason).toBe('nested deeper than 32 levels');
  expect(formulaOf(`${'('.repeat(28)}mean(ce(f(x), y))${')'.repeat(28)}`, 'first').type).toBe('number');
});

test.each(Object.entries(FUNCTIONS))(
  'given the function %s, when its example in the vocabulary is checked, then it is valid in a formula',
  (name, { example }) => {
    const text = example.replaceAll('′', "'");
    const tree = parse(text);
    expect(tree).toMatchObject({ kind: 'call', name });
    // At least one of these is a number, whatever the type of the example. The second term gives it a gradient.
    const trained = ' + mean(ce(f(x), y))';
    const whole = [text, `mean(${text})`, `mean(mean(${text}))`].filter((t) => accepted(t + trained));
    expect(whole.length).toBeGreaterThan(0);
  },
);

const accepted = (text: string): boolean => {
  try {
    return formulaOf(text, 'first').type === 'number';
  } catch {
    return false;
  }
};

test('given the vocabulary, when its names and functions are listed, then they are exactly the expected ones', () => {
  expect(Object.keys(NAMES)).toEqual(['x', "x'", 'y', 'a', 't']);
  const asked =
    'f f_clean f_adv z z_clean z_adv h sg ce kl bce mse cos prob margin entropy softmax mean min max exp log';
  expect(Object.keys(FUNCTIONS).sort()).toEqual((asked.split(' ') as FunctionName[]).sort());
});

/** The formula is wrapped in as many calls of mean as its type needs to become a number: a table 2, per example 1. */
test.each<[string, Formula['type']]>([
  ['log(softmax(f(x)))', 'logits'],
  ['exp(f(x))', 'probabilities'],
  ['f(x) / 2', 'logits'],
  ['1 - f(x)', 'logits'],
  ['z(x) - z_adv(x)', 'features'],
  ['max(z(x), 0)', 'features'],
  ['max(softmax(f(x)))', 'per example'],
  ['min(2, ce(f(x), y))', 'per example'],
  ['margin(softmax(f(x)), y)', 'per example'],
  ['ce(f(x) / 2 + f_adv(x), y)', 'per example'],
  ['-max(ce(f(x), y))', 'number'],
])('given %s, when checked, then its type is %s', (text, type) => {
  const around = type === 'number' ? text : type === 'per example' ? `mean(${text})` : `mean(mean(${text}))`;
  const arg = (formula: Formula): Formula => (formula.kind === 'call' ? formula.args[0] : formula);
  const whole = formulaOf(around, 'first');
  const inner = type === 'number' ? whole : type === 'per example' ? arg(whole) : arg(arg(whole));
  expect(inner.type).toBe(type);
});

describe('a method written as formulas', () => {
  const { at, trades, mart, arat, naive } = EXAMPLES;

  it.each([
    [at, 2 * 10 + 3],
    [trades, 2 * 10 + 7],
    [mart, 2 * 10 + 6],
    [arat, 2 * 10 + 6],
    [naive, 2 * 10 + 6],
  ])(
    'given $name as formulas, when its passes are counted, then they are as many as for the built-in method',
    ({ switches }, passes) => {
      expect(passCount(ownMethodOf(switches), switches.splitBn, 10)).toBe(passes);
    },
  );

  it('given terms with sg, without x′ or with both sets, when passes are counted, then those that are made count, those inside sg in full', () => {
    const own = (firstTerm: string) => ownMethodOf({ ...at.switches, firstTerm });
    expect(passCount(own("mean(kl(sg(f(x)), f(x')))"), true, 10)).toBe(20 + 3 + 3);
    expect(passCount(own('mean(ce(f(x), y))'), true, 10)).toBe(3);
    expect(passCount(own("mean(ce(f(x'), y)) + mean(ce(f_clean(x'), y))"), true, 10)).toBe(20 + 6);
    expect(passCount(own("mean(ce(f(x'), y)) + mean(ce(f_clean(x'), y))"), false, 10)).toBe(20 + 3);
  });

  it('given calls of f and z in any order, when passes are listed, then they are x, x′, x again, with features for calls of z', () => {
    const { first } = ownMethodOf({
      ...at.switches,
      firstTerm: "mean(cos(z(x'), z_adv(x))) + mean(ce(f(x), y)) + mean(ce(f(x'), y))",
    });
    const passes = passesIn([first]).map(({ image, branch, features }) => [image, branch, features]);
    expect(passes).toEqual([
      ['x', 'clean', false],
      ["x'", 'adv', true],
      ['x', 'adv', true],
    ]);
  });

  it('given the examples, when checked for oddities, then there are none; given a method without x′, then there are some', () => {
    for (const id of EXAMPLE_IDS) {
      const { switches } = EXAMPLES[id];
      expect(oddities(ownMethodOf(switches), switches.splitBn), id).toEqual([]);
    }
    const clean = ownMethodOf({ ...at.switches, firstTerm: 'mean(ce(f(x), y))' });
    expect(oddities(clean, false)).toEqual([expect.stringMatching(/no attack/)]);
    expect(oddities(clean, true)).toHaveLength(2);
    const stopped = { ...at.switches, firstTerm: "mean(mse(h(sg(z(x'))), sg(z(x))))" };
    expect(oddities(ownMethodOf(stopped), false)).toEqual([
      expect.stringMatching(/No term trains the network/),
    ]);
  });
});
