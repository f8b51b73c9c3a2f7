import { describe, expect, it } from 'vitest';
import { CHECKS, type Facts } from './checks.ts';

const standing = (n: number) => Array.from({ length: 20 }, (_, i) => i < n);
const attack = (n: number, whiteBox = true) => ({ name: '', whiteBox, standing: standing(n) });

/** A report in which everything fits. */
const SOUND: Facts = {
  clean: standing(16),
  attacks: new Map([
    ['noise', attack(15, false)],
    ['fgsm', attack(10)],
    ['pgd-20', attack(8)],
    ['pgd-100', attack(8)],
  ]),
  excess: 5e-8,
  statisticsChange: 0,
  norm: 'linf',
  sweep: [
    { eps: 0, correct: 16 },
    { eps: 8 / 255, correct: 8 },
    { eps: 64 / 255, correct: 0 },
  ],
  largeEps: 64 / 255,
  zeroGradients: 0,
  randomness: 0,
  transfer: new Map([['TRADES', standing(12)]]),
  onlyBlackBox: 0,
};

const change = (id: string, n: number) => new Map([...SOUND.attacks, [id, attack(n)]]);

/** What makes each check fire, and the figures that its sentence must name. */
const FIRES: Record<string, [Partial<Facts>, RegExp]> = {
  ball: [{ excess: 0.01 }, /by 1\.0e-2/],
  statistics: [{ statisticsChange: 0.5 }, /up to 5\.0e-1/],
  randomness: [{ randomness: 1e-3 }, /differ by 1\.0e-3/],
  iterative: [{ attacks: change('fgsm', 3) }, /8 images standing.*only 3/],
  'more-steps': [{ attacks: change('pgd-100', 5) }, /3 images more/],
  monotone: [
    {
      sweep: [
        { eps: 2 / 255, correct: 5 },
        { eps: 4 / 255, correct: 9 },
      ],
    },
    /9 images stand at ε 4\/255, only 5 at ε 2\/255/,
  ],
  total: [{ sweep: [{ eps: 64 / 255, correct: 4 }] }, /4 of 20 images stand even at ε 64\/255/],
  'white-box': [{ transfer: new Map([['TRADES', standing(6)]]) }, /made for TRADES leaves 6.*itself 8/],
  'zero-gradients': [{ zeroGradients: 2 }, /exactly 0 at 2 of 20/],
  'black-box': [{ onlyBlackBox: 1 }, /1 image fell to Square/],
};

describe.each(CHECKS.map((c) => [c.id, c] as const))('check %s', (id, check) => {
  it('is silent where everything fits', () => {
    expect(check.run(SOUND)).toBeNull();
  });
  it('fires with its figures where something does not', () => {
    const [wrong, sentence] = FIRES[id];
    expect(check.run({ ...SOUND, ...wrong })).toMatch(sentence);
  });
  it('says nothing of what was not measured', () => {
    const nothing: Facts = {
      ...SOUND,
      attacks: new Map(),
      sweep: [],
      transfer: new Map(),
      onlyBlackBox: null,
    };
    expect(check.run(nothing)).toBeNull();
  });
});

it('noise that beats PGD fires the white-box check too', () => {
  const check = CHECKS.find((c) => c.id === 'white-box')!;
  expect(check.run({ ...SOUND, attacks: change('noise', 2) })).toMatch(/random noise leaves 2/);
});

it('a radius in L2 is told as it is, not in 255ths', () => {
  const l2 = { ...SOUND, norm: 'l2' as const, largeEps: 4, sweep: [{ eps: 4, correct: 20 }] };
  expect(CHECKS.find((c) => c.id === 'total')!.run(l2)).toMatch(/20 of 20 images stand even at ε 4:/);
});
