/** The robustness report: plain data, with everything that its figures depend on. */
import type { RobustnessOptions } from './plan.ts';

export interface RobustnessRow {
  /** The model. */
  readonly label: string;
  /** `clean`, the id of an attack, `quick-ensemble`, `autoattack`, or `worst`. */
  readonly attack: string;
  readonly name: string;
  /** Attacks of an ensemble stand below it, each with what stood after it. */
  readonly partOf: string | null;
  readonly eps: number;
  /** Null where the attack chooses its own. */
  readonly stepSize: number | null;
  /** Steps, or queries. */
  readonly iterations: number;
  readonly restarts: number;
  readonly targets: number;
  /** Images that stand, of `tried`; fewer than n were tried when the report was stopped. */
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
  /** Inference uses this BatchNorm set, in eval mode. */
  readonly branch: 'adv';
  readonly rows: readonly RobustnessRow[];
  /** Accuracy over eps under PGD-20. */
  readonly sweep: readonly { readonly label: string; readonly eps: number; readonly accuracy: number }[];
  /** Accuracy of `label` on the x' that PGD-20 made for `from`. */
  readonly transfer: readonly { readonly from: string; readonly label: string; readonly accuracy: number }[];
  readonly checks: readonly CheckResult[];
  readonly complete: boolean;
}
