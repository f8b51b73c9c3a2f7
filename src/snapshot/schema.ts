/**
 * The compact form of a race result inside a link: short keys, columns of whole numbers. Strict: an unknown key is an error.
 * This schema bounds structure and lengths; the ranges are checked once more after expansion, by the schema of stored results.
 */
import * as v from 'valibot';
import { ContestantSchema, MOST_CONTESTANTS } from '../core/settings/config.ts';
import { RESULT_LIMITS } from '../core/result/results-schema.ts';
import { SNAPSHOT_VERSION } from './limits.ts';

/** Accuracies, distances, ratios and cosines are stored as whole multiples of 1/SCALE. */
export const SCALE = { accuracy: 10_000, balance: 1000, conflict: 1000, perLayer: 100 } as const;

const MAX_EPOCHS = RESULT_LIMITS.epochs;
const MAX_CONFLICT = 1000;
const MAX_LAYERS = RESULT_LIMITS.layers;

const finite = v.pipe(v.number(), v.finite());
const whole = v.pipe(finite, v.integer(), v.minValue(-1e9), v.maxValue(1e9));
const text = (max: number) => v.pipe(v.string(), v.maxLength(max));
const wholes = (max: number) => v.pipe(v.array(whole), v.maxLength(max));
const gaps = (max: number) => v.pipe(v.array(v.nullable(finite)), v.maxLength(max));

const ConflictSchema = v.strictObject({
  /** Steps, as differences. */
  s: wholes(MAX_CONFLICT),
  c: wholes(MAX_CONFLICT),
  r: wholes(MAX_CONFLICT),
  /** Rows of `p` as indices into `names`. */
  l: wholes(MAX_LAYERS),
  /** Which of the points above the columns of `p` belong to. */
  k: wholes(MAX_CONFLICT),
  p: v.pipe(v.array(v.pipe(v.array(v.nullable(whole)), v.maxLength(MAX_CONFLICT))), v.maxLength(MAX_LAYERS)),
});

const BnSchema = v.strictObject({
  /** Earlier epochs (as differences) with the means over layers of both distances. */
  he: v.optional(wholes(MAX_EPOCHS)),
  hb: v.optional(v.pipe(v.array(finite), v.maxLength(MAX_EPOCHS))),
  hr: v.optional(v.pipe(v.array(finite), v.maxLength(MAX_EPOCHS))),
  /** The last epoch. */
  e: whole,
  l: wholes(MAX_LAYERS),
  /** Batch and running distances. */
  b: v.pipe(v.array(finite), v.maxLength(MAX_LAYERS)),
  r: v.pipe(v.array(finite), v.maxLength(MAX_LAYERS)),
  /** Channels kept per layer, then per layer: clean means, clean deviations, adversarial means, adversarial deviations. */
  c: v.pipe(whole, v.minValue(0), v.maxValue(RESULT_LIMITS.channels)),
  s: v.pipe(
    v.array(v.pipe(v.array(finite), v.maxLength(4 * RESULT_LIMITS.channels))),
    v.maxLength(MAX_LAYERS),
  ),
});

const RunSchema = v.strictObject({
  /** Index into the configuration's contestants, or the contestant itself where it is none of these. */
  w: v.union([v.pipe(whole, v.minValue(0), v.maxValue(MOST_CONTESTANTS - 1)), ContestantSchema]),
  /** The run's seed, in a race repeated over seeds. */
  sd: v.optional(v.pipe(finite, v.integer(), v.minValue(0), v.maxValue(2 ** 32))),
  /** Epochs and steps, as differences. */
  e: wholes(MAX_EPOCHS),
  s: wholes(MAX_EPOCHS),
  c: wholes(MAX_EPOCHS),
  r: wholes(MAX_EPOCHS),
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
  /** clean, robust, images counted, attack in words. */
  f: v.nullable(v.strictTuple([finite, finite, whole, text(200)])),
  i: finite,
  d: finite,
});

export const CompactSchema = v.strictObject({
  v: v.literal(SNAPSHOT_VERSION),
  app: text(40),
  at: text(40),
  st: text(20),
  be: text(20),
  dev: text(300),
  prov: text(1000),
  cls: v.pipe(v.array(text(80)), v.maxLength(RESULT_LIMITS.classes)),
  /** Checked by `parseConfig`. */
  cfg: v.record(v.string(), v.unknown()),
  names: v.pipe(
    v.array(v.pipe(v.string(), v.regex(/^[A-Za-z][A-Za-z0-9_.]{0,79}$/))),
    v.maxLength(2 * MAX_LAYERS),
  ),
  runs: v.pipe(v.array(RunSchema), v.maxLength(RESULT_LIMITS.runs)),
});
export type Compact = v.InferOutput<typeof CompactSchema>;
export type CompactRun = Compact['runs'][number];
export type CompactConflict = NonNullable<CompactRun['g']>;
export type CompactBn = NonNullable<CompactRun['b']>;
