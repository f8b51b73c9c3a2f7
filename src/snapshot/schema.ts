/**
 * The schema of the compact form of a race result inside a link: short keys, columns of whole numbers. Unknown keys
 * must be removed before. It checks structure and lengths; after expansion, the schema of stored results checks the
 * ranges.
 */
import * as v from 'valibot';
import { MOST_CONTESTANTS } from '../core/settings/config.ts';
import { RESULT_LIMITS } from '../core/result/results-schema.ts';
import { SNAPSHOT_VERSION } from './limits.ts';

/** Accuracies, distances, ratios and cosines are stored as whole multiples of 1/SCALE. */
export const SCALE = { accuracy: 10_000, balance: 1000, conflict: 1000, perLayer: 100 } as const;

const MAX_EPOCHS = RESULT_LIMITS.epochs;
const MAX_CONFLICT = 1000;
/** Characters of packed verdicts: a link has no room for more. */
const MAX_BITS = 20_000;
const MAX_LAYERS = RESULT_LIMITS.layers;

const finite = v.pipe(v.number(), v.finite());
const whole = v.pipe(finite, v.integer(), v.minValue(-1e9), v.maxValue(1e9));
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));

const isFinite = (x: unknown) => typeof x === 'number' && Number.isFinite(x);
const isWhole = (x: unknown) => Number.isInteger(x) && Math.abs(x as number) <= 1e9;
const orNull = (is: (x: unknown) => boolean) => (x: unknown) => x === null || is(x);

/** A list of at most `max` items. A plain loop tests them, since a validator per number is a hundred times slower. */
const column = <T>(max: number, is: (x: unknown) => boolean, what: string) =>
  v.custom<T[]>(
    (xs) => Array.isArray(xs) && xs.length <= max && xs.every(is),
    `is not a list of at most ${max} ${what}`,
  );
const wholes = (max: number) => column<number>(max, isWhole, 'whole numbers');
const finites = (max: number) => column<number>(max, isFinite, 'numbers');
const gaps = (max: number) => column<number | null>(max, orNull(isFinite), 'numbers or gaps');
const rows = <T>(max: number, most: number, is: (x: unknown) => boolean) =>
  column<T[]>(max, (row) => Array.isArray(row) && row.length <= most && row.every(is), 'rows of numbers');

const ConflictSchema = v.strictObject({
  /** Steps, as differences. */
  s: wholes(MAX_CONFLICT),
  /** Mean cosine, ratio and chance over all measured steps, unrounded. */
  m: v.optional(v.union([v.strictTuple([finite, finite]), v.strictTuple([finite, finite, finite])])),
  c: wholes(MAX_CONFLICT),
  r: wholes(MAX_CONFLICT),
  /** Rows of `p` as indices into `names`. */
  l: wholes(MAX_LAYERS),
  /** Indices of the points that the columns of `p` belong to. */
  k: wholes(MAX_CONFLICT),
  p: rows<number | null>(MAX_LAYERS, MAX_CONFLICT, orNull(isWhole)),
});

const BnSchema = v.strictObject({
  /** The epochs before the last, as differences, with the means over layers of the distances below. */
  he: v.optional(wholes(MAX_EPOCHS)),
  hb: v.optional(finites(MAX_EPOCHS)),
  hc: v.optional(finites(MAX_EPOCHS)),
  hr: v.optional(finites(MAX_EPOCHS)),
  /** The last epoch. */
  e: whole,
  l: wholes(MAX_LAYERS),
  /** x and x' through the adv set; in links without `o`, x through the clean and x' through the adv set. */
  b: finites(MAX_LAYERS),
  /** The number of sets through which both went: with one, `bc`, `a` and `hc` follow and are left out. */
  o: v.optional(v.picklist([1, 2])),
  /** x and x' through the clean set. */
  bc: v.optional(finites(MAX_LAYERS)),
  /** Running statistics and affine parameters of one set against the other's. */
  r: finites(MAX_LAYERS),
  a: v.optional(finites(MAX_LAYERS)),
  /**
   * Channels kept per layer, then per layer: clean means, clean deviations, adversarial means, adversarial deviations.
   */
  c: v.pipe(whole, v.minValue(0), v.maxValue(RESULT_LIMITS.channels)),
  s: rows<number>(MAX_LAYERS, 4 * RESULT_LIMITS.channels, isFinite),
});

const RunSchema = v.strictObject({
  /** Index into the configuration's contestants, or the contestant itself if it is none of them. */
  w: v.union([
    v.pipe(whole, v.minValue(0), v.maxValue(MOST_CONTESTANTS - 1)),
    v.looseObject({ label: v.unknown(), method: v.unknown(), switches: v.unknown() }),
  ]),
  /** The run's seed, in a race repeated over seeds. */
  sd: v.optional(v.pipe(finite, v.integer(), v.minValue(0), v.maxValue(2 ** 32))),
  /** Epochs and steps, as differences. */
  e: wholes(MAX_EPOCHS),
  s: wholes(MAX_EPOCHS),
  c: wholes(MAX_EPOCHS),
  r: wholes(MAX_EPOCHS),
  /** Accuracies on training images, in the scale of `c` and `r`, and the distance of the features. */
  tc: v.optional(gaps(MAX_EPOCHS)),
  tr: v.optional(gaps(MAX_EPOCHS)),
  fd: v.optional(gaps(MAX_EPOCHS)),
  /** Robust accuracy on held-out images, and the epoch whose weights were kept for it. */
  ho: v.optional(gaps(MAX_EPOCHS)),
  fe: v.optional(whole),
  /** Inference through the two sets: number of images, the two transfers, then share, clean, robust of each point. */
  fs: v.optional(finites(3 + 3 * RESULT_LIMITS.shares)),
  /** Digest of the test images, and the packed verdicts without and with the attack. */
  fv: v.optional(v.strictTuple([text(80), text(MAX_BITS), text(MAX_BITS)])),
  lo: v.optional(gaps(MAX_EPOCHS)),
  ba: v.optional(gaps(MAX_EPOCHS)),
  lr: v.optional(gaps(MAX_EPOCHS)),
  t: v.optional(
    v.pipe(
      v.array(
        v.strictTuple([v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_.]{0,79}$/)), gaps(MAX_EPOCHS)]),
      ),
      v.maxLength(RESULT_LIMITS.terms),
    ),
  ),
  g: v.optional(ConflictSchema),
  b: v.optional(BnSchema),
  /** The epoch at which pairs of terms were measured last; each pair's terms as indices into `names`, its figures. */
  pe: v.optional(whole),
  pp: v.optional(rows<number>(RESULT_LIMITS.pairs, 5, isFinite)),
  /** Clean and robust accuracy, number of images, attack in words. */
  f: v.nullable(v.strictTuple([finite, finite, whole, text(200)])),
  /** Why the run failed. */
  x: v.optional(text(RESULT_LIMITS.failure)),
  i: finite,
  d: finite,
});

export const CompactSchema = v.strictObject({
  /** CRC-32, checked before the JSON is parsed (seal.ts). */
  sum: v.optional(text(8)),
  v: v.pipe(whole, v.minValue(1), v.maxValue(SNAPSHOT_VERSION)),
  app: text(40),
  git: v.optional(text(80)),
  at: text(40),
  st: text(20),
  be: text(20),
  dev: text(300),
  /** Arithmetic, earlier parts and the facts of scale/, as in the result; the schema of stored results checks them. */
  ar: v.optional(text(40)),
  ea: v.optional(v.pipe(v.array(v.record(v.string(), v.unknown())), v.maxLength(RESULT_LIMITS.earlier))),
  sc: v.optional(v.record(v.string(), v.unknown())),
  /** The stress test's report, as in the result. */
  rep: v.optional(v.record(v.string(), v.unknown())),
  prov: text(1000),
  cls: v.pipe(v.array(text(80)), v.maxLength(RESULT_LIMITS.classes)),
  /** The configuration; `parseConfig` checks it. */
  cfg: v.record(v.string(), v.unknown()),
  names: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_.]{0,79}$/))),
    v.maxLength(2 * MAX_LAYERS),
  ),
  /** The style of each of the configuration's contestants; null where none is known. */
  sy: v.optional(gaps(MOST_CONTESTANTS)),
  runs: v.pipe(v.array(RunSchema), v.maxLength(RESULT_LIMITS.runs)),
});
export type Compact = v.InferOutput<typeof CompactSchema>;
export type CompactRun = Compact['runs'][number];
export type CompactConflict = NonNullable<CompactRun['g']>;
export type CompactBn = NonNullable<CompactRun['b']>;
