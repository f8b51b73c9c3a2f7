/** The words of the table of effects, and its rows. */
import { factorials, type Effect, type Factor, type Factorial } from '../../core/result/effects.ts';
import type { RunResult } from '../../core/result/results.ts';
import { differenceWords } from '../race/differences.ts';
import { finalCounts } from '../shared/format.ts';

const WORDS: Readonly<Record<Factor, string>> = {
  term: 'invariance term',
  splitBn: 'split BN',
  stopGradient: 'stop-gradient',
  predictor: 'predictor',
  autoBalance: 'auto-balance',
};

/** `split BN`, or for an interaction `split BN × predictor`. */
export const effectName = ({ factors }: Pick<Effect, 'factors'>): string =>
  factors.map((f) => WORDS[f]).join(' × ');

export interface EffectRow {
  readonly name: string;
  /** Each with its interval; `none` if the interval contains 0, a dash if it was not measured. */
  readonly clean: string;
  readonly robust: string;
  readonly cosine: string;
  readonly ratio: string;
}

const row = (effect: Effect): EffectRow => ({
  name: effectName(effect),
  clean: differenceWords(effect.of.clean),
  robust: differenceWords(effect.of.robust),
  cosine: differenceWords(effect.of.cosine, 1, 2),
  ratio: differenceWords(effect.of.ratio),
});

export interface EffectTable {
  readonly title: string;
  readonly factorial: Factorial;
  readonly rows: readonly EffectRow[];
}

/** A table for each full factorial of the race: of the parts, and of the term as a whole. */
export const effectTables = (runs: readonly RunResult[]): EffectTable[] =>
  factorials(runs).map((factorial) => ({
    title: factorial.factors.includes('term')
      ? 'The invariance term, present or absent'
      : 'The parts, with the invariance term',
    factorial,
    rows: factorial.effects.map(row),
  }));

/**
 * `8 contestants: every combination of split BN, stop-gradient and predictor; with auto-balance.` With four factors it
 * also says which interaction is left out (core/result/effects.ts).
 */
export function comparedWords({ factors, contestants, fixed }: Factorial): string {
  const names = factors.map((f) => WORDS[f]);
  const list = `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
  const others = (Object.entries(fixed) as [Factor, boolean][])
    .filter(([f]) => f !== 'term')
    .map(([f, on]) => `${on ? 'with' : 'without'} ${WORDS[f]}`);
  const leftOut = factors.length > 3 ? ` The interaction of all ${factors.length} is left out.` : '';
  return `${contestants} contestants: every combination of ${list}${others.length > 0 ? `; ${others.join(', ')}` : ''}.${leftOut}`;
}

/** `800 test images, 5 seeds; robust: PGD-10.`; at least one run has a final evaluation. */
export function countedWords(runs: readonly RunResult[]): string {
  const [attack] = runs.flatMap((run) => run.final?.attack.split(',')[0] ?? []);
  return `${finalCounts(runs)}; robust: ${attack}.`;
}
