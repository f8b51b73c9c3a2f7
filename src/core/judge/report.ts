/** The robustness report as plain data, with every option that its figures depend on. */
import type { RobustnessOptions } from './plan.ts';

export interface RobustnessRow {
  /** Label of the model. */
  readonly label: string;
  /** `clean`, the id of an attack, `quick-ensemble`, `autoattack`, or `worst`. */
  readonly attack: string;
  readonly name: string;
  /** Id of the ensemble, in a row for one of its attacks: `correct` then counts the images that are right after it. */
  readonly partOf: string | null;
  readonly eps: number;
  /** In [0,1] pixel units; null if the attack chooses its own, or the row is of no single attack. */
  readonly stepSize: number | null;
  /** Steps, or queries of a black-box attack. */
  readonly iterations: number;
  readonly restarts: number;
  readonly targets: number;
  /** Images that the model is right on, of the `tried` images; tried < n if the report was stopped. */
  readonly correct: number;
  readonly tried: number;
  readonly n: number;
  /** 95 % Wilson interval of correct / tried. */
  readonly interval: readonly [number, number];
  readonly seconds: number;
}

export interface CheckResult {
  readonly id: string;
  readonly label: string;
  readonly title: string;
  readonly why: string;
  /** Null: passed, or not measured at this depth. */
  readonly message: string | null;
}

export interface RobustnessReport {
  readonly options: RobustnessOptions;
  /** The BatchNorm set that every figure uses, in eval mode. */
  readonly branch: 'adv';
  readonly rows: readonly RobustnessRow[];
  /** Accuracy in [0,1] under PGD-20, by eps. */
  readonly sweep: readonly { readonly label: string; readonly eps: number; readonly accuracy: number }[];
  /** Accuracy in [0,1] of the model `label` on the x' that PGD-20 made for the model `from`. */
  readonly transfer: readonly { readonly from: string; readonly label: string; readonly accuracy: number }[];
  readonly checks: readonly CheckResult[];
  readonly complete: boolean;
}
