/** Ready-made lists of contestants, each for one question. Imports no tensors. */
import { type Contestant, DEFAULT_SWITCHES, METHOD_IDS, type Switches } from '../settings/config.ts';

import { CATALOGUE } from '../methods/catalogue.ts';
import { contestant } from './contestant.ts';
import { defaultRace } from './presets.ts';

export const LINE_UP_IDS = [
  'race',
  'ladder',
  'switched-off',
  'factorial',
  'compute',
  'lambda',
  'paper',
  'averaged',
  'later',
] as const;
export type LineUpId = (typeof LINE_UP_IDS)[number];

export interface LineUp {
  readonly title: string;
  /** What the line-up compares, in a sentence or two that the page shows. */
  readonly words: string;
  /** `base` has the switches that the line-up does not set, e.g. a preset's invariance weight. */
  readonly contestants: (base?: Switches) => Contestant[];
}

/**
 * From naive invariance regularisation to ARAT: each rung adds one part to the one before (the paper's Section 3 and
 * its ablation).
 */
function ladder(base: Switches = DEFAULT_SWITCHES): Contestant[] {
  const naive = { splitBn: false, stopGradient: false, predictor: false };
  return [
    contestant('arat', naive, base),
    contestant('arat', { ...naive, stopGradient: true }, base),
    contestant('arat', { ...naive, stopGradient: true, predictor: true }, base),
    contestant('arat', {}, base),
  ];
}

/** ARAT, then ARAT with one switch changed at a time. */
function switchedOff(base: Switches = DEFAULT_SWITCHES): Contestant[] {
  const changes: Partial<Switches>[] = [
    {},
    { splitBn: false },
    { splitParts: 'affine' },
    { splitParts: 'statistics' },
    { stopGradient: false },
    { predictor: false },
    { autoBalance: false },
    { invarianceWeight: 0 },
    { metric: 'mse' },
    { alignedLayers: 'lastTwo' },
    { alignedLayers: 'all' },
    { officialAliasing: true },
    { attackUpdatesStatistics: true },
  ];
  return changes.map((change) => contestant('arat', change, base));
}

/** Every list of `n` values true or false, all true first. */
const combinations = (n: number): boolean[][] =>
  n === 0 ? [[]] : [true, false].flatMap((first) => combinations(n - 1).map((rest) => [first, ...rest]));

/**
 * Every combination of split BatchNorm, stop-gradient, predictor, auto-balance and the invariance term: 16 with the
 * term, and 4 without it, where stop-gradient and predictor have nothing to act on. ARAT comes first.
 */
function factorial(base: Switches = DEFAULT_SWITCHES): Contestant[] {
  const withTerm = combinations(4).map(([splitBn, stopGradient, predictor, autoBalance]) =>
    contestant('arat', { splitBn, stopGradient, predictor, autoBalance }, base),
  );
  const withoutTerm = combinations(2).map(([splitBn, autoBalance]) =>
    contestant('arat', { splitBn, autoBalance, invarianceWeight: 0 }, base),
  );
  return [...withTerm, ...withoutTerm];
}

/** AT for as many epochs as ARAT and for as many FLOP, ARAT, and ARAT without its invariance term. */
function compute(base: Switches = DEFAULT_SWITCHES): Contestant[] {
  return [
    contestant('at', {}, base),
    contestant('at', { matchArat: true }, base),
    contestant('arat', {}, base),
    contestant('arat', { invarianceWeight: 0 }, base),
  ];
}

/** From no invariance term to the paper's weight. */
const SWEPT_WEIGHTS = [0, 0.5, 1, 2, 4, 8, 16, 30];

const lambda = (base: Switches = DEFAULT_SWITCHES): Contestant[] =>
  SWEPT_WEIGHTS.map((invarianceWeight) => contestant('arat', { invarianceWeight }, base));

export const LINE_UPS: Readonly<Record<LineUpId, LineUp>> = {
  race: {
    title: 'The race',
    words: 'The two baselines, ARAT, and ARAT without its invariance term as the control.',
    contestants: defaultRace,
  },
  ladder: {
    title: 'Ablation ladder',
    words:
      'From the naive invariance term (one BatchNorm set, both sides pulled, no predictor) to ARAT, one more part per rung: stop-gradient, predictor, split BatchNorm.',
    contestants: ladder,
  },
  'switched-off': {
    title: 'Each part switched off alone',
    words:
      'ARAT, then ARAT with one switch changed at a time: a part off, only half of BatchNorm split, mean squared error as the distance, other aligned layers, the official in-place start, statistics updated by the attack.',
    contestants: switchedOff,
  },
  factorial: {
    title: 'Every combination of ARAT’s parts',
    words:
      'Split BatchNorm, stop-gradient, predictor and auto-balance on and off in every combination, with the invariance term and without it: 20 contestants.',
    contestants: factorial,
  },
  compute: {
    title: 'Equal compute',
    words:
      'A step of ARAT costs more than one of AT. This race adds AT trained for as many FLOP as ARAT, to the nearest epoch.',
    contestants: compute,
  },
  lambda: {
    title: 'Sweep of the invariance weight',
    words: `ARAT with the invariance weight λ at ${SWEPT_WEIGHTS.slice(0, -1).join(', ')} and ${SWEPT_WEIGHTS.at(-1)}.`,
    contestants: lambda,
  },
  paper: {
    title: 'The paper’s table',
    words:
      'Every adversarial method of the paper’s main table, with the race’s attack and optimiser, or, in the preset official, those of its own code; LBGAT with β 6 and with β 0, to which the paper’s figure belongs. ARREST’s λ and threshold are choices of this project.',
    contestants: (base = DEFAULT_SWITCHES) =>
      METHOD_IDS.flatMap((id) => CATALOGUE[id].paperRows.map((changes) => contestant(id, changes, base))),
  },
  averaged: {
    title: 'Averaged weights',
    words:
      'AT, TRADES and ARAT, each without and with the average of its weights over the last epochs (SWA), by one rule for all.',
    contestants: (base = DEFAULT_SWITCHES) =>
      (['at', 'at-swa', 'trades', 'trades-swa', 'arat', 'arat-swa'] as const).map((id) =>
        contestant(id, {}, base),
      ),
  },
  later: {
    title: 'Later methods',
    words:
      'AT, TRADES and ARAT beside two later methods: CA-AT combines the two conflicting gradients, IKL-AT changes TRADES’ KL term.',
    contestants: (base = DEFAULT_SWITCHES) =>
      (['at', 'trades', 'ca-at', 'ikl', 'arat'] as const).map((id) => contestant(id, {}, base)),
  },
};

/** The line-up with exactly these contestants in this order, given the race's usual switches; or null. */
export function lineUpOf(contestants: readonly Contestant[], base?: Switches): LineUpId | null {
  const text = JSON.stringify(contestants);
  return LINE_UP_IDS.find((id) => JSON.stringify(LINE_UPS[id].contestants(base)) === text) ?? null;
}
