import { describe, expect, it } from 'vitest';
import { contestant } from '../experiments/contestant.ts';
import { RandomStream } from '../random/random.ts';
import type { Switches } from '../settings/config.ts';
import { verdictOn } from './difference.ts';
import { factorials, type Factor } from './effects.ts';
import type { RunResult } from './results.ts';
import { packBits } from './verdicts.ts';

const rest = { curves: [], gradientConflict: [], bn: [], imagesPerSecond: 0, seconds: 0 };
const BOTH = [false, true];

/** Every combination of split BN, stop-gradient and predictor. */
const EIGHT = BOTH.flatMap((splitBn) =>
  BOTH.flatMap((stopGradient) =>
    BOTH.map((predictor) => contestant('arat', { splitBn, stopGradient, predictor })),
  ),
);
/** With auto-balance as well, and without the term: the twenty contestants that differ. */
const TWENTY = BOTH.flatMap((autoBalance) => [
  ...EIGHT.map(({ switches }) => contestant('arat', { ...switches, autoBalance })),
  ...BOTH.map((splitBn) => contestant('arat', { splitBn, autoBalance, invarianceWeight: 0 })),
]);

/** Runs of these contestants over `seeds` seeds, with accuracies by their switches and seed. */
const exact = (
  contestants: readonly ReturnType<typeof contestant>[],
  seeds: number,
  clean: (s: Switches, seed: number) => number,
): RunResult[] =>
  Array.from({ length: seeds }, (_, seed) =>
    contestants.map((c) => ({
      ...c,
      ...rest,
      seed,
      final: { clean: clean(c.switches, seed), robust: 0.5, n: 100, attack: 'PGD' },
    })),
  ).flat();

const effectOf = (runs: readonly RunResult[], which: number, ...factors: Factor[]) =>
  factorials(runs)[which].effects.find((e) => e.factors.join() === factors.join())!;

describe('the effects in a full factorial', () => {
  it('given accuracies with planted effects, when computed, then main effects and interactions are these, with the definition of the text', () => {
    const runs = exact(
      EIGHT,
      3,
      (s, seed) =>
        0.3 + 0.1 * +s.splitBn - 0.05 * +s.stopGradient + 0.02 * +(s.splitBn && s.stopGradient) + 0.01 * seed,
    );
    const [parts, ...others] = factorials(runs);
    expect(others).toEqual([]);
    expect(parts.factors).toEqual(['splitBn', 'stopGradient', 'predictor']);
    expect(parts.fixed).toEqual({ term: true, autoBalance: true });
    expect(parts.effects.map(({ factors }) => factors.length)).toEqual([1, 1, 1, 2, 2, 2, 3]);
    const mean = (...factors: Factor[]) => effectOf(runs, 0, ...factors).of.clean!.mean;
    // Half of the contestants have the other factor, too.
    expect(mean('splitBn')).toBeCloseTo(0.11, 9);
    expect(mean('stopGradient')).toBeCloseTo(-0.04, 9);
    expect(mean('predictor')).toBeCloseTo(0, 9);
    expect(mean('splitBn', 'stopGradient')).toBeCloseTo(0.02, 9);
    expect(mean('splitBn', 'stopGradient', 'predictor')).toBeCloseTo(0, 9);
    const { clean, robust, cosine } = effectOf(runs, 0, 'splitBn').of;
    expect(verdictOn(clean!)).toBe('higher');
    expect([robust!.mean, verdictOn(robust!), cosine]).toEqual([0, 'none', null]);
  });

  it('given the twenty contestants, then auto-balance is the fourth factor, and the term is analysed with full parts', () => {
    const runs = exact(
      TWENTY,
      2,
      (s, seed) =>
        0.5 + 0.08 * +s.autoBalance - 0.06 * +(s.invarianceWeight > 0 && s.stopGradient) + 0.01 * seed,
    );
    const [parts, term] = factorials(runs);
    expect([parts.contestants, term.contestants]).toEqual([16, 8]);
    expect(term.factors).toEqual(['term', 'splitBn', 'autoBalance']);
    expect(effectOf(runs, 0, 'stopGradient').of.clean!.mean).toBeCloseTo(-0.06, 9);
    expect(effectOf(runs, 1, 'term').of.clean!.mean).toBeCloseTo(-0.06, 9);
    expect(effectOf(runs, 1, 'autoBalance').of.clean!.mean).toBeCloseTo(0.08, 9);
    expect(effectOf(runs, 1, 'term', 'autoBalance').of.clean!.mean).toBeCloseTo(0, 9);
  });

  it('given a missing combination, another weight of the term, or a seed of which one contestant lacks its figures, then nothing is made up', () => {
    const clean = () => 0.5;
    expect(factorials(exact(EIGHT.slice(1), 2, clean))).toEqual([]);
    const reweighted = EIGHT.map((c, i) =>
      i > 0 ? c : contestant('arat', { ...c.switches, invarianceWeight: 30 }),
    );
    expect(factorials(exact(reweighted, 2, clean))).toEqual([]);
    const runs = exact(EIGHT, 3, clean).map((run, i) => (i === 20 ? { ...run, final: null } : run));
    expect(effectOf(runs, 0, 'predictor').of.clean!.seeds).toBe(2);
  });
});

describe('the intervals of effects', () => {
  const N = 200;
  /** Verdicts by image: its hardness decides, and `gain` where split BN is on. */
  function drawn(draw: number, gain: number): RunResult[] {
    const stream = RandomStream.of(draw, 'planted factorial');
    const hardness = Array.from({ length: N }, () => stream.uniform());
    return Array.from({ length: 3 }, (_, seed) =>
      EIGHT.map((c) => {
        const right = hardness.map((p) => +(stream.uniform() < p + (c.switches.splitBn ? gain : 0)));
        const share = right.reduce((a, b) => a + b, 0) / N;
        const bits = packBits(right);
        const verdicts = { images: 'same', clean: bits, robust: bits };
        return { ...c, ...rest, seed, final: { clean: share, robust: share, n: N, attack: 'PGD', verdicts } };
      }),
    ).flat();
  }

  it('given no effect, when 100 races are drawn, then at least 95 show none; given a gain of 0.1, then it is found', () => {
    const said = (gain: number, races: number) =>
      Array.from({ length: races }, (_, draw) =>
        verdictOn(effectOf(drawn(draw, gain), 0, 'splitBn').of.robust!),
      );
    expect(said(0, 100).filter((v) => v === 'none').length).toBeGreaterThanOrEqual(95);
    expect(said(0.1, 20).filter((v) => v === 'higher').length).toBeGreaterThanOrEqual(18);
  });

  it('given verdicts on the same images, then the bootstrap is centred on the effect; given other images in one run, then there is none', () => {
    const runs = drawn(3, 0.2);
    const { mean, overImages } = effectOf(runs, 0, 'splitBn').of.clean!;
    expect(mean).toBeGreaterThan(overImages![0]);
    expect(mean).toBeLessThan(overImages![1]);
    expect((overImages![0] + overImages![1]) / 2).toBeCloseTo(mean, 2);
    const [first, ...others] = runs;
    const moved = { ...first.final!, verdicts: { ...first.final!.verdicts!, images: 'other' } };
    const { overImages: none } = effectOf([{ ...first, final: moved }, ...others], 0, 'splitBn').of.clean!;
    expect(none).toBeNull();
  });
});
