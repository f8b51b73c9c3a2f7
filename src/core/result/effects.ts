/**
 * The effects of ARAT's parts in a full factorial: a race that has every combination of some switches, e.g. the
 * line-up `factorial`. An effect is a contrast of the contestants' figures, paired by seed: for one factor, the mean
 * with it less the mean without it; for several (an interaction), by how much the effect of one changes with the other.
 * Its intervals are those of a difference between two contestants (difference.ts): Student's t over the seeds, and for
 * accuracies a bootstrap over the test images. Of interactions those of two and three factors are computed. That
 * of four is left out: a difference of eight differences is hard to read, and each further effect is one more that may
 * seem real by chance.
 */
import type { SwitchName, Switches } from '../settings/config.ts';
import { contrastIn, type Difference, type Weighted } from './difference.ts';
import { byContestant, type SeedRuns } from './spread.ts';
import { meanConflict } from './conflict-mean.ts';
import type { RunResult } from './results.ts';

/** What the analysis varies: the invariance term as a whole, and its parts. */
export const FACTORS = ['term', 'splitBn', 'stopGradient', 'predictor', 'autoBalance'] as const;
export type Factor = (typeof FACTORS)[number];

/** The figures of a run for which effects are computed; null if a run lacks one. */
export const FACTORIAL_FIGURES = {
  clean: (run) => run.final?.clean ?? null,
  robust: (run) => run.final?.robust ?? null,
  cosine: (run) => meanConflict(run)?.cosine ?? null,
  ratio: (run) => meanConflict(run)?.ratio ?? null,
} as const satisfies Readonly<Record<string, (run: RunResult) => number | null>>;
export type FactorialFigure = keyof typeof FACTORIAL_FIGURES;

export interface Effect {
  /** One factor: a main effect. Several: their interaction. */
  readonly factors: readonly Factor[];
  /** Null for a figure that some contestant lacks in every seed. */
  readonly of: Readonly<Record<FactorialFigure, Difference | null>>;
}

export interface Factorial {
  /** The factors that vary; every combination of them is in the race. */
  readonly factors: readonly Factor[];
  /** The number of contestants compared: 2 to the number of factors. */
  readonly contestants: number;
  /** Switches that all of these contestants share, of those that are factors elsewhere. */
  readonly fixed: Readonly<Partial<Record<Factor, boolean>>>;
  /** Main effects first, then interactions of two and of three factors. */
  readonly effects: readonly Effect[];
}

const hasTerm = ({ invarianceWeight }: Switches): boolean => invarianceWeight !== 0;
const isOn = (factor: Factor, switches: Switches): boolean =>
  factor === 'term' ? hasTerm(switches) : switches[factor];

/** What two contestants must share to be in one factorial. */
function setting(switches: Switches, factors: readonly Factor[]): string {
  const varied: readonly string[] = factors.includes('term') ? [...factors, 'invarianceWeight'] : factors;
  return JSON.stringify(Object.entries(switches).filter(([name]) => !varied.includes(name as SwitchName)));
}

/** All subsets of up to three factors, smallest first; not those of four. */
function subsets(factors: readonly Factor[]): Factor[][] {
  const all = factors.reduce<Factor[][]>((sets, f) => [...sets, ...sets.map((s) => [...s, f])], [[]]);
  return all.filter((s) => s.length >= 1 && s.length <= 3).sort((a, b) => a.length - b.length);
}

/**
 * The weights of the effect: the sign of each contestant is the product over `of` of +1 where the factor is on and -1
 * where it is off. Divided so that the result is a difference of means, for interactions a difference of such
 * differences.
 */
function weighted(cells: readonly SeedRuns[], of: readonly Factor[]): Weighted[] {
  const share = 2 ** of.length / cells.length;
  return cells.map(({ switches, runs }) => ({
    runs,
    weight: of.reduce((sign, f) => (isOn(f, switches) ? sign : -sign), share),
  }));
}

/** The factorial of these contestants, or null unless every combination of `factors` is there, once. */
function factorialOf(
  cells: readonly SeedRuns[],
  factors: readonly Factor[],
  fixed: Factorial['fixed'],
): Factorial | null {
  const combinations = new Set(cells.map(({ switches }) => factors.map((f) => isOn(f, switches)).join()));
  if (factors.length < 2 || cells.length !== 2 ** factors.length || combinations.size !== cells.length)
    return null;
  const figures = Object.keys(FACTORIAL_FIGURES) as FactorialFigure[];
  const effects = subsets(factors).map((of) => ({
    factors: of,
    of: Object.fromEntries(
      figures.map((figure) => [
        figure,
        contrastIn(
          weighted(cells, of),
          FACTORIAL_FIGURES[figure],
          figure === 'clean' || figure === 'robust' ? figure : null,
        ),
      ]),
    ) as Effect['of'],
  }));
  return { factors, contestants: cells.length, fixed, effects };
}

/** The largest factorial in these factors among the contestants, which share all other switches. */
function largest(cells: readonly SeedRuns[], candidates: readonly Factor[]): Factorial | null {
  const groups = new Map<string, SeedRuns[]>();
  for (const cell of cells) {
    const key = setting(cell.switches, candidates);
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  const found = [...groups.values()].flatMap((group) => {
    const factors = candidates.filter(
      (f) => new Set(group.map(({ switches }) => isOn(f, switches))).size === 2,
    );
    const fixed = Object.fromEntries(
      FACTORS.filter((f) => !factors.includes(f)).map((f) => [f, isOn(f, group[0].switches)]),
    );
    return factorialOf(group, factors, fixed) ?? [];
  });
  return found.sort((a, b) => b.contestants - a.contestants)[0] ?? null;
}

/**
 * Two analyses of a race's ARAT contestants, each where the race has every combination: the parts, among contestants
 * with the term; and the term itself with split BatchNorm and auto-balance, where with the term there is also
 * stop-gradient and predictor, since without it these two change nothing.
 */
export function factorials(runs: readonly RunResult[]): Factorial[] {
  const arat = byContestant(runs).filter(({ method }) => method === 'arat');
  const parts = largest(
    arat.filter(({ switches }) => hasTerm(switches)),
    ['splitBn', 'stopGradient', 'predictor', 'autoBalance'],
  );
  const whole = arat
    .filter(({ switches }) => !hasTerm(switches) || (switches.stopGradient && switches.predictor))
    // Without the term both values of the two switches are the same contestant.
    .map((cell) => ({ ...cell, switches: { ...cell.switches, stopGradient: true, predictor: true } }));
  const term = largest(whole, ['term', 'splitBn', 'autoBalance']);
  return [parts, term?.factors.includes('term') ? term : null].filter((f) => f !== null);
}
