/** What a report measured on one model, and the checks of these facts. */
import type { Norm } from '../attacks/types.ts';
import { radiusText } from './radius.ts';
import type { CheckResult } from './report.ts';

/** One attack alone, on the images of the report. */
export interface AttackFacts {
  readonly name: string;
  readonly whiteBox: boolean;
  /**
   * Per image, whether the model is right on the attack's x'. Images that it gets wrong without attack count as wrong.
   */
  readonly standing: readonly boolean[];
}

/** Null or empty: not measured. */
export interface Facts {
  /** Per image, whether the model is right on the clean image. */
  readonly clean: readonly boolean[];
  /** Attacks by id, each run alone. */
  readonly attacks: ReadonlyMap<string, AttackFacts>;
  /**
   * Largest ||x' - x|| - eps or distance outside [0,1] over all attacks, against a copy of x that no attack has seen.
   */
  readonly excess: number | null;
  /** Largest change of a running statistic from before the report to after. */
  readonly statisticsChange: number | null;
  /** The norm in which every eps here is measured. */
  readonly norm: Norm;
  /** Accuracy under PGD-20 over eps, ascending, with the number of images right. */
  readonly sweep: readonly { readonly eps: number; readonly correct: number }[];
  /** The radius at which every attack must succeed. */
  readonly largeEps: number;
  /** Images whose cross-entropy has a gradient of exactly 0 in every pixel. */
  readonly zeroGradients: number | null;
  /** Largest difference between two passes over the same images. */
  readonly randomness: number | null;
  /** By the name of another model: per image, whether this model is right on the x' made for that one. */
  readonly transfer: ReadonlyMap<string, readonly boolean[]>;
  /** Images that withstood every white-box attack of the ensemble but not its black-box one. */
  readonly onlyBlackBox: number | null;
}

export interface Check {
  readonly id: string;
  /** What holds where it does not fire, in a few words. */
  readonly title: string;
  /** What it means when it fires, in a sentence, with the source. The page and the command line show it. */
  readonly why: string;
  /**
   * One sentence with the figures that do not fit; null where all fit, or where a fact that it needs was not measured.
   */
  readonly run: (facts: Facts) => string | null;
}

export const count = (flags: readonly boolean[]): number => flags.filter(Boolean).length;

/** Rounding of float32 pixels and of an L2 norm over 3,072 of them. */
const ROUNDING = 1e-5;
/** Points of accuracy that five times the steps may cost before PGD-20 counts as not converged. */
const NOT_CONVERGED_SHARE = 0.03;
/** Images that may stand at the large radius for rounding and luck. */
const LARGE_EPS_SHARE = 0.1;

/** Images that a random search may fool alone, on a model whose gradients are sound. */
const BY_CHANCE = 1;

/**
 * In the order in which they are shown. To add a check, add an entry here, and what makes it fire in checks.test.ts.
 */
export const CHECKS: readonly Check[] = [
  {
    id: 'ball',
    title: 'Inside the budget',
    why: 'An image outside the ε-ball or [0, 1] proves nothing, so the figures are of a larger budget than stated. Each x′ is compared with a copy of x that no attack has touched.',
    run: ({ excess }) =>
      excess !== null && excess > ROUNDING
        ? `An adversarial image left the ε-ball or [0, 1] by ${excess.toExponential(1)}.`
        : null,
  },
  {
    id: 'statistics',
    title: 'Statistics untouched',
    why: 'Evaluation must not train: where running BatchNorm statistics move under attack, a later figure depends on an earlier one.',
    run: ({ statisticsChange }) =>
      statisticsChange !== null && statisticsChange > 0
        ? `Running BatchNorm statistics changed by up to ${statisticsChange.toExponential(1)} during the report.`
        : null,
  },
  {
    id: 'randomness',
    title: 'The model is not random',
    why: 'A random model needs attacks that average over its randomness; these do not, so their figures are too high (Athalye et al. 2018).',
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
      if (!one || !many || count(many.standing) <= count(one.standing)) return null;
      return `PGD-20 leaves ${count(many.standing)} images standing, single-step FGSM only ${count(one.standing)}.`;
    },
  },
  {
    id: 'more-steps',
    title: 'More steps change little',
    why: 'If a hundred steps fool many more images than twenty, the shorter attack had not converged and its figure is too high.',
    run: ({ attacks, clean }) => {
      const [short, long] = [attacks.get('pgd-20'), attacks.get('pgd-100')];
      if (!short || !long) return null;
      const drop = count(short.standing) - count(long.standing);
      if (drop <= NOT_CONVERGED_SHARE * clean.length) return null;
      return `PGD-100 fools ${drop} images more than PGD-20 of ${clean.length}: twenty steps were not enough.`;
    },
  },
  {
    id: 'monotone',
    title: 'Accuracy falls with ε',
    why: 'A larger budget contains the smaller one: more images standing at a larger ε means that the attack failed there (Carlini et al. 2019).',
    run: ({ sweep, norm }) => {
      const at = sweep.findIndex((p, i) => i > 0 && p.correct > sweep[i - 1].correct);
      if (at < 0) return null;
      const [before, after] = [sweep[at - 1], sweep[at]];
      const radius = (eps: number) => radiusText({ norm, eps });
      return `${after.correct} images stand at ε ${radius(after.eps)}, only ${before.correct} at ε ${radius(before.eps)}.`;
    },
  },
  {
    id: 'total',
    title: 'Total at large ε',
    why: 'With an unbounded budget every classifier can be fooled: accuracy has to reach about 0 at a large ε (Carlini et al. 2019).',
    run: ({ sweep, largeEps, clean, norm }) => {
      const last = sweep.find((p) => p.eps >= largeEps);
      if (!last || last.correct <= LARGE_EPS_SHARE * clean.length) return null;
      return `${last.correct} of ${clean.length} images stand even at ε ${radiusText({ norm, eps: last.eps })}: the attack is too weak.`;
    },
  },
  {
    id: 'white-box',
    title: 'White-box beats transfer and noise',
    why: 'An attack that sees the gradient has to do better than one made for another model, or than noise; if it does not, the gradient is masked (Athalye et al. 2018).',
    run: ({ attacks, transfer }) => {
      const own = attacks.get('pgd-20');
      if (!own) return null;
      const standing = count(own.standing);
      const weaker = [
        ...[...transfer].map(([from, right]) => [`x′ made for ${from}`, count(right)] as const),
        ...[...attacks]
          .filter(([id]) => id === 'noise')
          .map(([, a]) => ['random noise', count(a.standing)] as const),
      ];
      const better = weaker.find(([, n]) => n < standing);
      return better
        ? `${better[0]} leaves ${better[1]} images standing, PGD-20 on the model itself ${standing}.`
        : null;
    },
  },
  {
    id: 'zero-gradients',
    title: 'Gradients are not zero',
    why: 'Where the gradient is exactly 0, a gradient attack cannot move: saturated outputs hide that an image can be changed, they do not prevent it (Carlini & Wagner 2017).',
    run: ({ zeroGradients: zero, clean }) =>
      zero !== null && zero > 0
        ? `The loss has a gradient of exactly 0 at ${zero} of ${clean.length} images.`
        : null,
  },
  {
    id: 'black-box',
    title: 'Black-box does not beat white-box',
    why: 'Square sees no gradients: where several images fall to it alone, gradients are masked (Croce & Hein 2020). A single image may do so by chance.',
    run: ({ onlyBlackBox }) =>
      onlyBlackBox !== null && onlyBlackBox > BY_CHANCE
        ? `${onlyBlackBox} images fell to Square after withstanding every gradient attack.`
        : null,
  },
];

/** Every check of one model's facts. */
export const checkResults = (facts: Facts, label: string): CheckResult[] =>
  CHECKS.map(({ id, title, why, run }) => ({ id, label, title, why, message: run(facts) }));
