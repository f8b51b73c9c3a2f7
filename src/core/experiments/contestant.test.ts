import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../methods/catalogue.ts';
import { METHODS } from '../methods/index.ts';
import type { Spec } from '../settings/spec.ts';
import { SWITCHES } from '../settings/specs/switches.ts';
import { otherValue } from '../settings/testing/setting-values.ts';
import { textOfValue } from '../settings/text.ts';
import { parseContestant, parseContestants } from './contestant.ts';

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
    ['arat[splitBn', /Unknown method/],
    ['arat[__proto__=1]', /no switch/],
  ])('given the invalid contestant %s, when parsed, then the error says what is valid', (text, message) => {
    expect(() => parseContestant(text)).toThrow(message);
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
