/** The report of a stress test as plain data, with every option that its figures depend on, and its validation. */
import * as v from 'valibot';

/** Norm and depth as in core/attacks and core/judge, which are above this folder. */
export interface StressOptions {
  /** How many test images are attacked: the first n. */
  readonly n: number;
  readonly seed: number;
  readonly norm: 'linf' | 'l2';
  /** In [0,1] pixel units. */
  readonly eps: number;
  readonly depth: 'look' | 'quick' | 'autoattack';
}

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
  /** What `iterations` counts; absent in older reports and in rows of no single attack. */
  readonly counts?: 'steps' | 'queries';
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
  /** The BatchNorm set of this model if it is not the report's `branch`: an opened model may use the clean set. */
  readonly branch?: 'clean';
  /** Number of the model's outputs if the images have fewer classes: those for other classes are left out. */
  readonly outputs?: number;
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
  readonly options: StressOptions;
  /** The BatchNorm set through which models answer in eval mode; a row of a model that uses the other says so. */
  readonly branch: 'adv';
  readonly rows: readonly RobustnessRow[];
  /** Accuracy in [0,1] under PGD-20, by eps. */
  readonly sweep: readonly { readonly label: string; readonly eps: number; readonly accuracy: number }[];
  /** Accuracy in [0,1] of the model `label` on the x' that PGD-20 made for the model `from`. */
  readonly transfer: readonly { readonly from: string; readonly label: string; readonly accuracy: number }[];
  readonly checks: readonly CheckResult[];
  readonly complete: boolean;
}

const finite = v.pipe(v.number(), v.finite());
const within = (min: number, max: number) => v.pipe(finite, v.minValue(min), v.maxValue(max));
const whole = (max: number) => v.pipe(within(0, max), v.integer());
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const list = <T extends v.GenericSchema>(item: T, max: number) => v.pipe(v.array(item), v.maxLength(max));

const label = text(200);
const fraction = within(0, 1);

const RowSchema = v.object({
  label,
  attack: text(80),
  name: text(200),
  partOf: v.nullable(text(80)),
  eps: within(0, 1000),
  stepSize: v.nullable(within(0, 1000)),
  counts: v.optional(v.picklist(['steps', 'queries'])),
  iterations: whole(1e9),
  restarts: whole(1e6),
  targets: whole(1e6),
  correct: whole(1e6),
  tried: whole(1e6),
  n: whole(1e6),
  interval: v.pipe(v.strictTuple([fraction, fraction]), v.readonly()),
  seconds: within(0, 1e9),
  branch: v.optional(v.literal('clean')),
  outputs: v.optional(whole(1e6)),
});

export const StressReportSchema = v.object({
  options: v.object({
    n: whole(1e6),
    seed: whole(2 ** 32),
    norm: v.picklist(['linf', 'l2']),
    eps: within(0, 1000),
    depth: v.picklist(['look', 'quick', 'autoattack']),
  }),
  branch: v.literal('adv'),
  rows: list(RowSchema, 2000),
  sweep: list(v.object({ label, eps: within(0, 1000), accuracy: fraction }), 2000),
  transfer: list(v.object({ from: label, label, accuracy: fraction }), 4000),
  checks: list(
    v.object({ id: text(80), label, title: text(300), why: text(1000), message: v.nullable(text(1000)) }),
    2000,
  ),
  complete: v.boolean(),
});
