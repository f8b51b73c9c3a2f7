import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../methods/catalogue.ts';
import { EXAMPLES } from '../formula/examples.ts';
import { METHODS } from '../methods/index.ts';
import { DEFAULT_SWITCHES } from '../settings/config.ts';
import type { Spec } from '../settings/spec.ts';
import { SWITCHES } from '../settings/specs/switches.ts';
import { otherValue } from '../settings/testing/setting-values.ts';
import { textOfValue } from '../settings/text.ts';
import {
  changedSwitches,
  contestant,
  contestantText,
  parseContestant,
  parseContestants,
} from './contestant.ts';
import { LINE_UP_IDS, LINE_UPS } from './line-ups.ts';
import { PRESETS } from './presets.ts';

describe('contestants as text', () => {
  test('given switches in brackets, when parsed, then they are set and the label names them', () => {
    const c = parseContestant('arat[stopGradient=off,invarianceWeight=0]');
    expect(c.switches).toMatchObject({ stopGradient: false, invarianceWeight: 0, splitBn: true });
    expect(c.label).toBe('ARAT, no stop-gradient, invariance weight 0');
    expect(parseContestant('TRADES').label).toBe('TRADES');
  });

  test('given a list, when parsed, then commas inside brackets do not split it', () => {
    expect(parseContestants('at,arat[metric=mse,predictor=off],trades').map((c) => c.label)).toEqual([
      'AT',
      'ARAT, no predictor, MSE',
      'TRADES',
    ]);
  });

  test.each([
    ['nonsense', new RegExp(Object.keys(CATALOGUE).join(', '))],
    ['arat[beta=3]', /ARAT has no switch "beta".*splitBn/],
    ['arat[splitBn=maybe]', /splitBn: expected on or off/],
    ['arat[metric=l1]', /"metric=l1".*one of cosine, mse/],
    ['arat[invarianceWeight=-1]', /invarianceWeight/],
    ['arat[invarianceWeight=]', /invarianceWeight/],
    ['arat[splitBn', /switches of arat have no closing bracket/],
    ['custom{firstTerm=mean(ce(f(x), y))', /switches of custom have no closing bracket/],
    ['custom{label=}', /label is empty/],
    ['custom{hello world}', /"hello world" is no switch of custom and its value: expected .* firstTerm=/],
    ['arat[splitBn]', /"splitBn" is no switch of arat and its value: expected text such as splitBn=off/],
    ['arat[splitBn=off,splitBn=on]', /splitBn is given twice/],
    ['arat[__proto__=1]', /no switch/],
  ])('given the invalid contestant %s, when parsed, then the error says what is valid', (text, message) => {
    expect(() => parseContestant(text)).toThrow(message);
  });

  test.each(['', ' ', ',', ' , ,'])(
    'given no method in %j, when parsed, then the error lists what exists',
    (text) => {
      expect(() => parseContestants(text)).toThrow(/^No method is named: expected some of standard, at/);
    },
  );

  test('given a method of formulas, then commas and parentheses belong to them, in either brackets', () => {
    const own = { firstTerm: "mean(kl(f(x), f(x')))", secondTerm: '', splitBn: false };
    for (const text of [
      "custom{firstTerm=mean(kl(f(x), f(x'))); secondTerm=; splitBn=off}",
      "custom[firstTerm=mean(kl(f(x), f(x'))),secondTerm=,splitBn=off]",
      "custom{firstTerm = mean(kl(f(x), f(x')))\nsecondTerm =\nsplitBn = off}",
    ]) {
      const [first, last] = parseContestants(`at,${text}`);
      expect(first.method).toBe('at');
      expect(last.switches).toMatchObject(own);
      expect(last.label).toMatch(/^Custom, formulas [0-9a-f]{4}, no split BN$/);
    }
    expect(parseContestant('custom{label=Mine; splitBn=off}').label).toBe('Mine');
  });

  test('given two methods of formulas, then their labels differ', () => {
    const labels = Object.values(EXAMPLES).map(({ switches }) => contestant('custom', switches).label);
    expect(new Set(labels).size).toBe(labels.length);
    expect(labels).toContain('Custom');
  });

  test.each([
    ['custom{firstTerm=ce(f(x), y)}', 'firstTerm=ce(f(x), y): character 1: a term of the loss is one number'],
    [
      'custom{firstTerm=mean(ce(f(x), y); splitBn=off}',
      'character 17: expected an operator, “,” or “)” for the “(” at character 5',
    ],
    ['custom{firstTerm=}', 'firstTerm=: character 1: expected a number'],
    ['custom{firstTerm=1=1}', 'firstTerm=: character 1'],
    ['custom{attackObjective=}', 'attackObjective=: character 1'],
    ['custom{beta=1}', 'Custom has no switch "beta"'],
  ])('given %s, then the sentence says where the formula is wrong', (text, sentence) => {
    expect(() => parseContestants(text)).toThrow(sentence);
  });

  test('given any contestant, then its text is read back to it', () => {
    const all = [
      ...LINE_UP_IDS.flatMap((id) => LINE_UPS[id].contestants()),
      ...Object.values(EXAMPLES).map(({ name, switches }) => ({
        ...contestant('custom', switches),
        label: name,
      })),
    ];
    for (const c of all) {
      const [read, ...rest] = parseContestants(contestantText(c, DEFAULT_SWITCHES));
      expect(rest).toEqual([]);
      expect(read).toEqual(c);
    }
  });

  test.each([
    ['trades[recipe=code]', 6, 'TRADES, its own recipe'],
    ['mart[recipe=code]', 5, 'MART, β 5, its own recipe'],
    ['mart[beta=6,recipe=code]', 6, 'MART, its own recipe'],
    ['lbgat[recipe=code]', 0, 'LBGAT, β 0, its own recipe'],
    ['lbgat', 6, 'LBGAT'],
  ])('given %s, then its β is %d, its label is %s, and its text is read back to it', (text, beta, label) => {
    const read = parseContestant(text);
    expect(read.switches.beta).toBe(beta);
    expect(read.label).toBe(label);
    expect(parseContestant(contestantText(read, DEFAULT_SWITCHES))).toEqual(read);
    expect(contestantText(read, DEFAULT_SWITCHES)).toBe(text);
  });

  test('given the switches of the preset official, then each baseline has its own code’s β, and text for it is read back to it', () => {
    const base = PRESETS.official.contestants[0].switches;
    const made = (['trades', 'mart', 'lbgat', 'arat'] as const).map((id) => contestant(id, {}, base));
    expect(made.map((c) => [c.label, c.switches.beta])).toEqual([
      ['TRADES', 6],
      ['MART, β 5', 5],
      ['LBGAT, β 0', 0],
      ['ARAT', 6],
    ]);
    for (const c of [
      ...made,
      contestant('mart', { beta: 6 }, base),
      contestant('mart', { recipe: 'race' }, base),
    ])
      expect(parseContestant(contestantText(c, base), base)).toEqual(c);
  });

  test('given a contestant whose recipe is changed to its own code’s, then β follows; any other change leaves β', () => {
    const own = contestant('mart', { beta: 3 }).switches;
    expect(changedSwitches('mart', own, { recipe: 'code' }).beta).toBe(5);
    expect(changedSwitches('mart', own, { recipe: 'race' })).toEqual(own);
    const mine = { ...own, recipe: 'code' as const };
    expect(changedSwitches('mart', mine, { beta: 4 }).beta).toBe(4);
    expect(changedSwitches('arat', own, { recipe: 'code' }).beta).toBe(3);
  });

  test('given every method, then registry and catalogue agree, and each of its switches is parsed and named in the label', () => {
    for (const [id, info] of Object.entries(CATALOGUE)) {
      expect(METHODS[info.id]).toMatchObject({ id, name: info.name });
      for (const name of info.switches) {
        const changed = otherValue<Spec>(SWITCHES[name]);
        const read = parseContestant(`${id}[${name}=${textOfValue<Spec>(SWITCHES[name], changed)}]`);
        expect(read.switches[name]).toBe(changed);
        expect(read.label).toMatch(new RegExp(`^${info.name.replace('+', '.')}, \\S`));
      }
    }
  });
});
