import { describe, expect, it } from 'vitest';
import { CHECKS, type Facts } from './checks.ts';

const robust = (n: number) => Array.from({ length: 20 }, (_, i) => i < n);
const attack = (n: number, whiteBox = true) => ({ name: '', whiteBox, robust: robust(n) });

/** Facts at which no check fires. */
const SOUND: Facts = {
  clean: robust(16),
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
  transfer: new Map([['TRADES', robust(12)]]),
  onlyBlackBox: 0,
};

const change = (id: string, n: number) => new Map([...SOUND.attacks, [id, attack(n)]]);

/** For each check, the facts that make it fire, and the figures that its sentence must name. */
const FIRES: Record<string, [Partial<Facts>, RegExp]> = {
  ball: [{ excess: 0.01 }, /by 1\.0e-2/],
  statistics: [{ statisticsChange: 0.5 }, /up to 5\.0e-1/],
  randomness: [{ randomness: 1e-3 }, /differ by 1\.0e-3/],
  iterative: [{ attacks: change('fgsm', 3) }, /8 images robust.*leaves 3/],
  'more-steps': [{ attacks: change('pgd-100', 5) }, /3 images more/],
  monotone: [
    {
      sweep: [
        { eps: 2 / 255, correct: 5 },
        { eps: 4 / 255, correct: 9 },
      ],
    },
    /9 images are robust at ε 4\/255, but only 5 at ε 2\/255/,
  ],
  total: [{ sweep: [{ eps: 64 / 255, correct: 4 }] }, /4 of 20 images are robust even at ε 64\/255/],
  'white-box': [{ transfer: new Map([['TRADES', robust(6)]]) }, /made for TRADES leaves 6 .*itself leaves 8/],
  'zero-gradients': [{ zeroGradients: 2 }, /exactly 0 at 2 of 20/],
  'black-box': [{ onlyBlackBox: 2 }, /2 images were fooled by Square/],
};

describe.each(CHECKS.map((c) => [c.id, c] as const))('check %s', (id, check) => {
  it('given its entry, then it has a title and a sentence on why it matters', () => {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(check.title).toMatch(/^[A-Z].{8,40}[^.]$/);
    expect(check.why).toMatch(/^[A-Z].{60,}\.$/);
  });
  it('given sound facts, then it does not fire', () => {
    expect(check.run(SOUND)).toBeNull();
  });
  it('given a fact that is not sound, then it fires and names the figures', () => {
    const [wrong, sentence] = FIRES[id];
    expect(check.run({ ...SOUND, ...wrong })).toMatch(sentence);
  });
  it('given nothing measured, then it does not fire', () => {
    const nothing: Facts = {
      ...SOUND,
      attacks: new Map(),
      excess: null,
      statisticsChange: null,
      zeroGradients: null,
      randomness: null,
      sweep: [],
      transfer: new Map(),
      onlyBlackBox: null,
    };
    expect(check.run(nothing)).toBeNull();
  });
});

it('given the checks, then no two share an id or a title', () => {
  for (const key of ['id', 'title'] as const)
    expect(new Set(CHECKS.map((c) => c[key])).size).toBe(CHECKS.length);
});

it('given one image that only Square fools, then the black-box check does not fire, since that happens by chance', () => {
  const check = CHECKS.find((c) => c.id === 'black-box')!;
  expect(check.run({ ...SOUND, onlyBlackBox: 1 })).toBeNull();
});

it('given noise that fools more images than PGD, then the white-box check fires', () => {
  const check = CHECKS.find((c) => c.id === 'white-box')!;
  expect(check.run({ ...SOUND, attacks: change('noise', 2) })).toMatch(/random noise leaves 2/);
});

it('given x′ of another model that fool one image more than PGD, then the white-box check does not fire', () => {
  const check = CHECKS.find((c) => c.id === 'white-box')!;
  expect(check.run({ ...SOUND, transfer: new Map([['TRADES', robust(7)]]) })).toBeNull();
});

it('given a radius in L2, then the sentence does not give it in 255ths', () => {
  const l2 = { ...SOUND, norm: 'l2' as const, largeEps: 4, sweep: [{ eps: 4, correct: 20 }] };
  expect(CHECKS.find((c) => c.id === 'total')!.run(l2)).toMatch(/20 of 20 images are robust even at ε 4:/);
});
