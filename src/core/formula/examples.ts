/** Example methods written as formulas, for the page's editor. All but the last two are from publications. */
import type { Switches } from '../settings/config.ts';

/** The switches of a method written as formulas. */
export type OwnSwitches = Pick<
  Switches,
  'attackObjective' | 'firstTerm' | 'secondTerm' | 'splitBn' | 'alignedLayers' | 'attackStart' | 'attackMode'
>;

export interface Example {
  readonly name: string;
  /** Its source, or what it tries. */
  readonly words: string;
  /** Changes to the default switches. */
  readonly switches: OwnSwitches;
}

const CE = "ce(f(x'), y)";
/** The attack of AT and ARAT. */
const TRAIN = {
  attackObjective: CE,
  alignedLayers: 'last',
  attackStart: 'uniform',
  attackMode: 'train',
} as const;
/** The random start and BatchNorm mode of the attack in TRADES and MART, and their single BatchNorm set. */
const EVAL = { ...TRAIN, splitBn: false, attackStart: 'gaussian', attackMode: 'eval' } as const;
/** Cross-entropy of x' and x with equal weights. */
const BOTH_HALVES = "0.5 * mean(ce(f(x'), y)) + 0.5 * mean(ce(f(x), y))";

export const EXAMPLE_IDS = ['at', 'trades', 'mart', 'arat', 'naive', 'distance', 'curriculum'] as const;
export type ExampleId = (typeof EXAMPLE_IDS)[number];

export const EXAMPLES: Readonly<Record<ExampleId, Example>> = {
  at: {
    name: 'AT',
    words: 'Madry et al., ICLR 2018.',
    switches: { ...TRAIN, splitBn: false, firstTerm: `mean(${CE})`, secondTerm: '' },
  },
  trades: {
    name: 'TRADES',
    words: 'Zhang et al., ICML 2019. f_adv(x): the official code puts x through the network a second time.',
    switches: {
      ...EVAL,
      attackObjective: "kl(f(x), f(x'))",
      firstTerm: 'mean(ce(f(x), y))',
      secondTerm: "6 * mean(kl(f_adv(x), f(x')))",
    },
  },
  mart: {
    name: 'MART',
    words: 'Wang et al., ICLR 2020, with the constants of the official code.',
    switches: {
      ...EVAL,
      firstTerm: "mean(bce(f(x'), y))",
      secondTerm: "6 * mean(kl(f(x), f(x'), 1e-12) * (1.0000001 - prob(f(x), y)))",
    },
  },
  arat: {
    name: 'ARAT',
    words: 'Waseda et al., ICLR 2025.',
    switches: {
      ...TRAIN,
      splitBn: true,
      firstTerm: "a * mean(ce(f(x'), y)) + (1 - a) * mean(ce(f(x), y))",
      secondTerm: "4 * mean(cos(h(z(x')), sg(z(x))))",
    },
  },
  naive: {
    name: 'Naive invariance',
    words: 'The first rung of ARAT’s ablation: one BatchNorm set, both sides are pulled, no predictor.',
    switches: {
      ...TRAIN,
      splitBn: false,
      firstTerm: "a * mean(ce(f(x'), y)) + (1 - a) * mean(ce(f(x), y))",
      secondTerm: "4 * mean(cos(z(x'), z(x)))",
    },
  },
  distance: {
    name: 'Attack on features',
    words:
      'In no paper known here: the attack moves the features instead of the loss, and the loss holds them.',
    switches: {
      ...TRAIN,
      splitBn: false,
      attackObjective: "mse(z(x'), z(x)) + 0.1 * ce(f(x'), y)",
      firstTerm: BOTH_HALVES,
      secondTerm: "2 * mean(mse(z(x'), sg(z(x))))",
    },
  },
  curriculum: {
    name: 'Late, confident TRADES',
    words:
      'In no paper known here: the consistency term grows with the epochs, and counts where the clean image is learnt.',
    switches: {
      ...EVAL,
      attackObjective: "kl(f(x), f(x'))",
      firstTerm: 'mean(ce(f(x), y))',
      secondTerm: "(1 + 5 * t) * mean(sg(prob(f(x), y)) * kl(f(x), f(x')))",
    },
  },
};
