/** What a report measured on one model, and what a check says of it. */
import type { Norm } from '../../attacks/types.ts';

/** One attack alone, on the images of the report. */
export interface AttackFacts {
  readonly name: string;
  readonly whiteBox: boolean;
  /** Per image: right on the attack's x'; images that are wrong before count as wrong. */
  readonly standing: readonly boolean[];
}

/** A check that needs what was not measured says nothing. */
export interface Facts {
  /** Right on the clean image, per image. */
  readonly clean: readonly boolean[];
  /** Attacks by id, each run alone. */
  readonly attacks: ReadonlyMap<string, AttackFacts>;
  /** Largest ||x' - x|| - eps or distance outside [0,1] over all attacks, against a copy of x that no attack has seen. */
  readonly excess: number;
  /** Largest change of a running statistic from before the report to after. */
  readonly statisticsChange: number;
  /** Of every eps here. */
  readonly norm: Norm;
  /** Accuracy under PGD-20 over eps, ascending, with the number of images right. */
  readonly sweep: readonly { readonly eps: number; readonly correct: number }[];
  /** The radius at which every attack must succeed. */
  readonly largeEps: number;
  /** Images whose cross-entropy has a gradient of exactly 0 in every pixel. */
  readonly zeroGradients: number;
  /** Largest difference between two passes over the same images. */
  readonly randomness: number;
  /** Images of another model's x' that this model gets right, by the name of that model. */
  readonly transfer: ReadonlyMap<string, readonly boolean[]>;
  /** Images that stood under every white-box attack of the ensemble and fell to its black-box one; null without an ensemble. */
  readonly onlyBlackBox: number | null;
}

export interface Check {
  readonly id: string;
  /** A few words. */
  readonly title: string;
  /** Why a robustness figure needs it, with the source. */
  readonly why: string;
  /** Null: nothing to say. Otherwise one sentence with the figures that do not fit. */
  readonly run: (facts: Facts) => string | null;
}

export const count = (flags: readonly boolean[]): number => flags.filter(Boolean).length;
