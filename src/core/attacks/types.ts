/**
 * What an evaluation attack is. One file each; registry.ts lists them. Images and labels are on the host, passes on the
 * device.
 */
import type { AttackModel } from './attack-model.ts';

export type Norm = 'linf' | 'l2';

/** Which perturbations count: ||x' - x|| <= eps, x' in [0,1]; eps in [0,1] pixel units. */
export interface Threat {
  readonly norm: Norm;
  readonly eps: number;
}

/** How hard an attack tries. */
export interface Budget {
  /** Steps, or queries of a black-box attack. */
  readonly iterations: number;
  readonly restarts: number;
  /** Classes aimed at, the most likely first; 0: none. More than the other classes there are counts as all. */
  readonly targets: number;
}

export interface AttackInput {
  readonly model: AttackModel;
  /** Float32 pixels in [0,1], n images of `model.imageSize` numbers. Never changed. */
  readonly x: Float32Array;
  /** Labels, n. */
  readonly y: Int32Array;
  readonly threat: Threat;
  /** Random numbers come from streams of this seed and the attack's id; `batch` keeps batches apart. */
  readonly seed: number;
  readonly batch: number;
  /**
   * Awaited between pieces of work of one or two passes over the images that still stand, `passes` being network passes
   * times images since the last call (forward 1, forward and input gradient 2). May wait, or throw to stop.
   */
  readonly pace: (passes: number) => Promise<void>;
}

export interface AttackOutcome {
  /** Like x; for an image that was not fooled, what the attack came closest with. Inside the threat. */
  readonly adversarial: Float32Array;
  /** 1 where the model is wrong on `adversarial`. */
  readonly fooled: Uint8Array;
}

export interface EvaluationAttack {
  readonly id: string;
  /** As shown. */
  readonly name: string;
  /** One sentence. */
  readonly description: string;
  readonly source: string;
  /** False: it sees logits alone. */
  readonly whiteBox: boolean;
  readonly norms: readonly Norm[];
  /** Of the paper or the official code. */
  readonly budget: Budget;
  /**
   * Its row in the robustness report: one of its own from this depth on, one below an ensemble of autoattack.ts, or
   * none (then it is offered in the viewer and by `npm run robustness` alone).
   */
  readonly reportRow: 'look' | 'quick' | 'in-ensemble' | 'none';
  /** The step size stated beside its figure; null where it chooses its own or has none. */
  stepSize(eps: number, iterations: number): number | null;
  /** Network passes per image at most: for progress and time left. */
  passes(budget: Budget, classes: number): number;
  /** Attacks images that the model classifies right. The result is the caller's. */
  run(input: AttackInput, budget: Budget): Promise<AttackOutcome>;
}
