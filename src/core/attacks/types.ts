/**
 * The interface of an evaluation attack. Each has its own file, and registry.ts lists them. Images and labels are on
 * the host, the passes run on the device.
 */
import type { AttackModel } from './attack-model.ts';

export type Norm = 'linf' | 'l2';

/** Which perturbations are allowed: ||x' - x|| <= eps and x' in [0,1], eps in [0,1] pixel units. */
export interface Threat {
  readonly norm: Norm;
  readonly eps: number;
}

/** What the iterations of an attack are. */
export type Iterations = 'steps' | 'queries';

/** How hard an attack tries. */
export interface Budget {
  /** Steps or queries, as the attack's `counts` says. */
  readonly iterations: number;
  readonly restarts: number;
  /** How many wrong classes to aim at, the most likely first; 0: none. A larger number than there are means all. */
  readonly targets: number;
}

export interface AttackInput {
  readonly model: AttackModel;
  /** Pixels in [0,1] of n images of `model.imageSize` numbers each. Attacks do not change them. */
  readonly x: Float32Array;
  /** The n labels. */
  readonly y: Int32Array;
  readonly threat: Threat;
  /** Random streams are named by the attack's id and `batch`, so that each batch has its own. */
  readonly seed: number;
  readonly batch: number;
  /**
   * Awaited after every one to three passes over the images not fooled yet. `passes`: network passes times images since
   * the last call (forward 1, forward and image gradient 2). It may wait, or throw to stop.
   */
  readonly pace: (passes: number) => Promise<void>;
}

export interface AttackOutcome {
  /** Like x, within the threat; for an image that was not fooled, the attack's last or best attempt. */
  readonly adversarial: Float32Array;
  /** 1 where the model is wrong on `adversarial`. */
  readonly fooled: Uint8Array;
}

export interface EvaluationAttack {
  readonly id: string;
  /** The name on the page and the command line. */
  readonly name: string;
  /** One sentence on what it does. */
  readonly description: string;
  readonly source: string;
  /** False: it sees only logits. */
  readonly whiteBox: boolean;
  /** Absent: steps. */
  readonly counts?: Iterations;
  readonly norms: readonly Norm[];
  /** The budget of the paper or the official code. */
  readonly budget: Budget;
  /**
   * Its row in the robustness report: a row of its own from this depth on, a row below an ensemble of autoattack.ts, or
   * none; then only the viewer and `npm run robustness` offer it.
   */
  readonly reportRow: 'look' | 'quick' | 'in-ensemble' | 'none';
  /** The step size that the report states, in [0,1] pixel units; null if it chooses its own or has none. */
  stepSize(eps: number, iterations: number): number | null;
  /** The most network passes per image, for progress and time left. */
  passes(budget: Budget, classes: number): number;
  /** Attacks images that the model classifies right. The caller owns the result. */
  run(input: AttackInput, budget: Budget): Promise<AttackOutcome>;
}
