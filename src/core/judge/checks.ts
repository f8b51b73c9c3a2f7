/** The facts that a report measures on one model, and the checks of these facts. */
import type { Norm } from '../attacks/types.ts';
import { radiusText } from './radius.ts';
import type { CheckResult } from '../result/stress-report.ts';

/** The outcome of one attack alone on the images of the report. */
export interface AttackFacts {
  readonly name: string;
  readonly whiteBox: boolean;
  /**
   * Per image, whether the model is right on the clean image and on the attack's x'.
   */
  readonly robust: readonly boolean[];
}

/** What was measured on one model. Null or empty: not measured. */
export interface Facts {
  /** Per image, whether the model is right on the clean image. */
  readonly clean: readonly boolean[];
  /** Attacks by id, each run alone. */
  readonly attacks: ReadonlyMap<string, AttackFacts>;
  /**
   * The largest ||x' - x|| - eps, or distance outside [0,1], over all attacks. x is a copy that no attack could change.
   */
  readonly excess: number | null;
  /** The largest absolute change of a running statistic during the report. */
  readonly statisticsChange: number | null;
  /** The norm of every eps here. */
  readonly norm: Norm;
  /** The number of images that are right under PGD-20, by ascending eps. */
  readonly sweep: readonly { readonly eps: number; readonly correct: number }[];
  /** The radius at which every attack must succeed. */
  readonly largeEps: number;
  /** Images whose cross-entropy has a gradient of exactly 0 in every pixel. */
  readonly zeroGradients: number | null;
  /** The largest absolute difference of a logit between two passes over the same images. */
  readonly randomness: number | null;
  /** By the label of another model: per image, whether this model is right on the x' that PGD-20 made for the other. */
  readonly transfer: ReadonlyMap<string, readonly boolean[]>;
  /** Images that no white-box attack of the ensemble fooled, but its black-box attack did. */
  readonly onlyBlackBox: number | null;
}

export interface Check {
  readonly id: string;
  /** What is true of the model when the check does not fire, in a few words. */
  readonly title: string;
  /** Why it matters when the check fires, in a sentence with the source; shown on the page and the command line. */
  readonly why: string;
  /**
   * One sentence with the figures that are not sound; null if all are, or if a fact that the check needs was not
   * measured.
   */
  readonly run: (facts: Facts) => string | null;
}

/** How many of `flags` are true. */
export const count = (flags: readonly boolean[]): number => flags.filter(Boolean).length;

/** Allowance for the rounding of float32 pixels and of an L2 norm over 3,072 of them. */
const ROUNDING = 1e-5;
/** Share of the images that PGD-100 may fool beyond PGD-20 before PGD-20 counts as not converged. */
const NOT_CONVERGED_SHARE = 0.03;
/** Share of the images that may be robust at the large eps by rounding or chance. */
const LARGE_EPS_SHARE = 0.1;

/** Images that only Square may fool on a model whose gradients are sound. */
const BY_CHANCE = 1;
/** Of n images, those by which x′ of another model, or noise, may beat the model's own x′ on such a model. */
const byChance = (n: number): number => Math.max(BY_CHANCE, 0.01 * n);

/**
 * The checks in the order in which they are shown. To add one, add an entry here and, in checks.test.ts, facts that
 * make it fire.
 */
export const CHECKS: readonly Check[] = [
  {
    id: 'ball',
    title: 'Inside the budget',
    why: 'An image outside the ε-ball or [0, 1] means that the attack used a larger budget than stated, so that its figure is too low. Each x′ is compared with a copy of x that no attack could change.',
    run: ({ excess }) =>
      excess !== null && excess > ROUNDING
        ? `An adversarial image left the ε-ball or [0, 1] by ${excess.toExponential(1)}.`
        : null,
  },
  {
    id: 'statistics',
    title: 'Statistics untouched',
    why: 'Evaluation must not train: if an attack changes the running BatchNorm statistics, every later figure depends on the attacks before it.',
    run: ({ statisticsChange }) =>
      statisticsChange !== null && statisticsChange > 0
        ? `Running BatchNorm statistics changed by up to ${statisticsChange.toExponential(1)} during the report.`
        : null,
  },
  {
    id: 'randomness',
    title: 'The model is not random',
    why: 'A random model needs attacks that average over its randomness; the attacks here do not, so that their figures are too high (Athalye et al. 2018).',
    run: ({ randomness: difference }) =>
      difference !== null && difference > 0
        ? `Two passes over the same images gave logits that differ by ${difference.toExponential(1)}.`
        : null,
  },
  {
    id: 'iterative',
    title: 'Iterative beats single-step',
    why: 'Twenty small steps should fool at least as many images as one large step; if they do not, the gradient points in a wrong direction (Athalye et al. 2018, Carlini et al. 2019).',
    run: ({ attacks }) => {
      const [one, many] = [attacks.get('fgsm'), attacks.get('pgd-20')];
      if (!one || !many || count(many.robust) <= count(one.robust)) return null;
      return `PGD-20 leaves ${count(many.robust)} images robust, while single-step FGSM leaves ${count(one.robust)}.`;
    },
  },
  {
    id: 'more-steps',
    title: 'More steps change little',
    why: 'If a hundred steps fool many more images than twenty, the shorter attack had not converged and its figure is too high.',
    run: ({ attacks, clean }) => {
      const [short, long] = [attacks.get('pgd-20'), attacks.get('pgd-100')];
      if (!short || !long) return null;
      const drop = count(short.robust) - count(long.robust);
      if (drop <= NOT_CONVERGED_SHARE * clean.length) return null;
      return `Of ${clean.length} images, PGD-100 fools ${drop} images more than PGD-20: twenty steps were not enough.`;
    },
  },
  {
    id: 'monotone',
    title: 'Accuracy falls with ε',
    why: 'A larger budget contains the smaller one: if more images are robust at a larger ε, the attack failed there (Carlini et al. 2019).',
    run: ({ sweep, norm }) => {
      const at = sweep.findIndex((p, i) => i > 0 && p.correct > sweep[i - 1].correct);
      if (at < 0) return null;
      const [before, after] = [sweep[at - 1], sweep[at]];
      const radius = (eps: number) => radiusText({ norm, eps });
      return `${after.correct} images are robust at ε ${radius(after.eps)}, but only ${before.correct} at ε ${radius(before.eps)}.`;
    },
  },
  {
    id: 'total',
    title: 'Total at large ε',
    why: 'With an unbounded budget every classifier can be fooled: accuracy has to reach about 0 at a large ε (Carlini et al. 2019).',
    run: ({ sweep, largeEps, clean, norm }) => {
      const last = sweep.find((p) => p.eps >= largeEps);
      if (!last || last.correct <= LARGE_EPS_SHARE * clean.length) return null;
      return `${last.correct} of ${clean.length} images are robust even at ε ${radiusText({ norm, eps: last.eps })}: the attack is too weak.`;
    },
  },
  {
    id: 'white-box',
    title: 'White-box beats transfer and noise',
    why: 'An attack that sees the gradient has to do better than one made for another model, or than noise; if it does not, by more than one image or 1 % of them, the gradient is masked (Athalye et al. 2018).',
    run: ({ attacks, transfer }) => {
      const own = attacks.get('pgd-20');
      if (!own) return null;
      const robust = count(own.robust);
      const weaker = [
        ...[...transfer].map(([from, right]) => [`x′ made for ${from}`, count(right)] as const),
        ...[...attacks]
          .filter(([id]) => id === 'noise')
          .map(([, a]) => ['random noise', count(a.robust)] as const),
      ];
      const better = weaker.find(([, n]) => n < robust - byChance(own.robust.length));
      return better
        ? `${better[0]} leaves ${better[1]} images robust, while PGD-20 on the model itself leaves ${robust}.`
        : null;
    },
  },
  {
    id: 'zero-gradients',
    title: 'Gradients are not zero',
    why: 'Where the gradient is exactly 0, a gradient attack cannot move. Saturated outputs hide adversarial examples, but do not remove them (Carlini & Wagner 2017).',
    run: ({ zeroGradients: zero, clean }) =>
      zero !== null && zero > 0
        ? `The loss has a gradient of exactly 0 at ${zero} of ${clean.length} images.`
        : null,
  },
  {
    id: 'black-box',
    title: 'Black-box does not beat white-box',
    why: 'Square sees no gradients: if only Square fools several of the images, the gradients are masked (Croce & Hein 2020). A single image may be chance.',
    run: ({ onlyBlackBox }) =>
      onlyBlackBox !== null && onlyBlackBox > BY_CHANCE
        ? `${onlyBlackBox} images were fooled by Square, but by no gradient attack.`
        : null,
  },
];

/** Runs every check on the facts of one model, called `label` in the report. */
export const checkResults = (facts: Facts, label: string): CheckResult[] =>
  CHECKS.map(({ id, title, why, run }) => ({ id, label, title, why, message: run(facts) }));
