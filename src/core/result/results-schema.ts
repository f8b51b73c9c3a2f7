/**
 * Validates a `RaceResult` from outside: a file, local storage, a link. Fields that this version does not know are left
 * out and listed (settings/known.ts), because a newer version may have added them. Known fields must have the right
 * type and range.
 */
import * as v from 'valibot';
import {
  BACKEND_CHOICES,
  ConfigSchema,
  LabelSchema,
  METHOD_IDS,
  MOST_CONTESTANTS,
  SwitchesSchema,
  type BackendName,
} from '../settings/config.ts';
import {
  fieldName,
  knownConfig,
  knownContestant,
  LeftOut,
  noteLeftOut,
  type Path,
} from '../settings/known.ts';
import { SETTINGS } from '../settings/specs.ts';
import { StressReportSchema } from './stress-report.ts';
import { RESULTS_VERSION, type RaceResult } from './results.ts';
import { visibleText } from '../settings/visible-text.ts';

/** Upper bounds in a result. Larger results are refused; race/measured.ts keeps what a race records within them. */
export const RESULT_LIMITS = {
  epochs: 1001,
  conflictPoints: 20_000,
  layers: 200,
  channels: 64,
  /** Largest BatchNorm distance; a race records larger ones as this one. */
  distance: 1e6,
  terms: 16,
  /** Pairs of terms at one epoch: all pairs of 16 terms, each term with itself included. */
  pairs: 136,
  /** Epochs at which pairs are measured. */
  pairPoints: 16,
  classes: 100,
  seconds: 1e9,
  /** Images per second. */
  speed: 1e9,
  /** Characters of a run's reason for ending early. */
  failure: 1000,
  /** Points between the two BatchNorm sets. */
  shares: 101,
  /** Parts of a race that were computed on other devices. */
  earlier: 20,
  /** Highest index of a contestant's style; the page ignores one that it does not have. */
  styles: 999,
  runs: MOST_CONTESTANTS * SETTINGS.repeats.max,
} as const;

const finite = v.pipe(v.number(), v.finite());
const between = (min: number, max: number) => v.pipe(finite, v.minValue(min), v.maxValue(max));
const whole = (min: number, max: number) => v.pipe(between(min, max), v.integer());
export const FractionSchema = between(0, 1);
const text = (max: number) => v.pipe(v.string(), v.maxLength(max), v.transform(visibleText));
/** A parameter, layer or term name. It starts with a letter and has no markup, so that `__proto__` is refused. */
export const NameSchema = v.pipe(
  v.string(),
  v.regex(/^[A-Za-z][A-Za-z0-9_.]{0,79}$/, 'is not a layer or term name'),
);

/** A number that is absent if it is not finite: diverged training gives NaN, which JSON turns into null. */
const optionalFinite = v.optional(
  v.pipe(
    v.nullable(v.union([v.number(), v.nan()])),
    v.transform((x) => (Number.isFinite(x) ? (x as number) : undefined)),
  ),
);
const withoutUnknown = (terms: Record<string, number | undefined>): Record<string, number> =>
  Object.fromEntries(Object.entries(terms).filter((e): e is [string, number] => e[1] !== undefined));

export const EpochPointSchema = v.object({
  epoch: whole(0, 100_000),
  step: whole(0, 1e9),
  clean: FractionSchema,
  robust: FractionSchema,
  trainClean: v.optional(FractionSchema),
  trainRobust: v.optional(FractionSchema),
  heldOutRobust: v.optional(FractionSchema),
  featureDistance: v.optional(between(0, 2.0001)),
  loss: optionalFinite,
  terms: v.optional(
    v.pipe(
      v.record(NameSchema, optionalFinite),
      v.maxEntries(RESULT_LIMITS.terms),
      v.transform(withoutUnknown),
    ),
  ),
  balance: v.optional(FractionSchema),
  learningRate: v.optional(between(0, 1000)),
});

const ChanceSchema = between(0, 0.5);
export const ConflictPointSchema = v.object({
  step: whole(0, 1e9),
  cosine: between(-1.0001, 1.0001),
  ratio: FractionSchema,
  chance: v.optional(ChanceSchema),
  perLayer: v.pipe(v.record(NameSchema, between(-1.0001, 1.0001)), v.maxEntries(RESULT_LIMITS.layers)),
});

export const ConflictMeanSchema = v.object({
  cosine: between(-1.0001, 1.0001),
  ratio: FractionSchema,
  chance: v.optional(ChanceSchema),
  n: v.optional(whole(1, 1e12)),
  until: v.optional(whole(0, 1e12)),
});
export const PairPointSchema = v.object({
  epoch: whole(0, 100_000),
  pairs: v.pipe(
    v.array(
      v.object({
        first: NameSchema,
        second: NameSchema,
        cosine: between(-1.0001, 1.0001),
        ratio: FractionSchema,
        chance: ChanceSchema,
      }),
    ),
    v.maxLength(RESULT_LIMITS.pairs),
  ),
});

const channels = v.pipe(v.array(finite), v.maxLength(RESULT_LIMITS.channels));
const StatisticsSchema = v.object({ mean: channels, std: channels });
const DistanceSchema = between(0, RESULT_LIMITS.distance);
export const BnLayerSchema = v.object({
  name: NameSchema,
  throughClean: v.optional(DistanceSchema),
  throughAdv: v.optional(DistanceSchema),
  batchDistance: v.optional(DistanceSchema),
  runningDistance: DistanceSchema,
  affineDistance: v.optional(DistanceSchema),
  clean: StatisticsSchema,
  adv: StatisticsSchema,
});
export const BnPointSchema = v.object({
  epoch: whole(0, 100_000),
  layers: v.pipe(v.array(BnLayerSchema), v.maxLength(RESULT_LIMITS.layers)),
});

const bits = v.pipe(v.string(), v.maxLength(200_000), v.regex(/^[A-Za-z0-9+/]+={0,2}$/, 'is not base64'));
const VerdictsSchema = v.object({
  images: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,80}$/, 'is not a digest')),
  clean: bits,
  robust: bits,
});

const InferenceSetsSchema = v.object({
  n: whole(1, 1e6),
  path: v.pipe(
    v.array(v.object({ share: FractionSchema, clean: FractionSchema, robust: FractionSchema })),
    v.minLength(2),
    v.maxLength(RESULT_LIMITS.shares),
    v.check(
      (path) => path[0].share === 0 && path.at(-1)!.share === 1,
      'does not lead from share 0 to share 1',
    ),
    v.readonly(),
  ),
  cleanToAdv: FractionSchema,
  advToClean: FractionSchema,
});

export const FinalSchema = v.object({
  clean: FractionSchema,
  robust: FractionSchema,
  n: whole(1, 1e6),
  epoch: v.optional(whole(0, 100_000)),
  attack: text(200),
  sets: v.optional(InferenceSetsSchema),
  verdicts: v.optional(VerdictsSchema),
});

const RunSchema = v.object({
  label: LabelSchema,
  seed: v.optional(whole(0, 2 ** 32)),
  method: v.picklist(METHOD_IDS),
  switches: SwitchesSchema,
  style: v.optional(whole(0, RESULT_LIMITS.styles)),
  curves: v.pipe(v.array(EpochPointSchema), v.maxLength(RESULT_LIMITS.epochs)),
  gradientConflict: v.pipe(v.array(ConflictPointSchema), v.maxLength(RESULT_LIMITS.conflictPoints)),
  conflictMean: v.optional(ConflictMeanSchema),
  bn: v.pipe(v.array(BnPointSchema), v.maxLength(RESULT_LIMITS.epochs)),
  conflictPairs: v.optional(v.pipe(v.array(PairPointSchema), v.maxLength(RESULT_LIMITS.pairPoints))),
  final: v.nullable(FinalSchema),
  failure: v.optional(v.pipe(text(RESULT_LIMITS.failure), v.minLength(1))),
  imagesPerSecond: between(0, RESULT_LIMITS.speed),
  seconds: between(0, RESULT_LIMITS.seconds),
});

type RunOutput = v.InferOutput<typeof RunSchema>;
type ConflictOutput = v.InferOutput<typeof ConflictPointSchema>;
const ConflictHeadSchema = v.omit(ConflictPointSchema, ['perLayer']);

/** A list whose length is checked and whose entries are not. */
const counted = (most: number) => v.pipe(v.array(v.unknown()), v.maxLength(most));
/** A run with unvalidated points, for `parseRaceResultInParts`. */
const RunHeadSchema = v.object({
  ...RunSchema.entries,
  curves: counted(RESULT_LIMITS.epochs),
  gradientConflict: counted(RESULT_LIMITS.conflictPoints),
  bn: counted(RESULT_LIMITS.epochs),
});

const DISTINCT = v.check(
  (runs: RunOutput[]) => new Set(runs.map((r) => `${r.seed ?? ''} ${r.label}`)).size === runs.length,
  'labels must differ, or the seeds of runs under one label',
);

const ScaleSchema = v.object({
  torch: text(80),
  processes: whole(1, 100_000),
  batchNorm: v.picklist(['synchronised', 'per process']),
  precision: text(40),
  commit: v.optional(text(200)),
});

export const BACKEND_NAMES = BACKEND_CHOICES.filter((b): b is BackendName => b !== 'auto');

const EarlierPartSchema = v.object({
  backend: v.picklist(BACKEND_NAMES),
  device: text(300),
  arithmetic: v.optional(text(40)),
  steps: whole(0, 1e12),
});

export const RaceResultSchema = v.object({
  version: v.literal(RESULTS_VERSION),
  config: ConfigSchema,
  backend: v.picklist([...BACKEND_NAMES, 'pytorch']),
  device: text(300),
  arithmetic: v.optional(text(40)),
  earlier: v.optional(v.pipe(v.array(EarlierPartSchema), v.maxLength(RESULT_LIMITS.earlier))),
  dataset: v.object({
    provenance: text(1000),
    classNames: v.pipe(v.array(text(80)), v.maxLength(RESULT_LIMITS.classes)),
  }),
  status: v.picklist(['complete', 'stopped', 'failed']),
  finishedAt: v.pipe(text(40), v.isoTimestamp('is not a date and time')),
  appVersion: text(40),
  commit: v.optional(text(80)),
  scale: v.optional(ScaleSchema),
  report: v.optional(StressReportSchema),
  runs: v.pipe(v.array(RunSchema), v.maxLength(RESULT_LIMITS.runs), DISTINCT),
});

/** A result with unvalidated runs, for `parseRaceResultInParts`. */
const RaceHeadSchema = v.object({ ...RaceResultSchema.entries, runs: counted(RESULT_LIMITS.runs) });

/** Throws `Error` if the format of `input` is newer than this version's. */
function refuseNewer(input: unknown): void {
  if (typeof input !== 'object' || input === null || !('version' in input)) return;
  const { version } = input;
  if (typeof version === 'number' && version > RESULTS_VERSION)
    throw new Error(
      `This result was written by a newer version (format ${version}; this page reads up to ${RESULTS_VERSION}). Reload the page to update it.`,
    );
}

/** Validates `input`. Throws `Error` naming the first wrong field, whose path in the result begins with `at`. */
function check<S extends v.GenericSchema>(schema: S, input: unknown, at: Path = []): v.InferOutput<S> {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = [...at, ...(issue.path ?? []).map((item) => String(item.key))].join('.');
  throw new Error(`This is not a race result: ${path ? `${path}: ` : ''}${issue.message}`);
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * `input` without the fields, contestants and runs that this version does not know, which are added to `leftOut`. `run`
 * is the schema whose unknown fields are removed from each run. Throws `Error` if no contestant is known.
 */
function knownResult(input: unknown, run: v.GenericSchema, leftOut: LeftOut): unknown {
  if (!isObject(input)) return input;
  const { config } = knownConfig(input.config, leftOut);
  const runs = Array.isArray(input.runs)
    ? input.runs.map((raw: unknown) => knownContestant(raw, leftOut, run)).filter((r) => r !== undefined)
    : input.runs;
  return leftOut.known(RaceHeadSchema, { ...input, config, runs });
}

/**
 * Validates an untrusted race result, which is not changed. What this version does not know is left out and added to
 * `leftOut`. Throws `Error` with a message for the page that names the first wrong field, or says that the format is
 * newer or that no contestant is known.
 */
export function parseRaceResult(input: unknown, leftOut = new LeftOut()): RaceResult {
  refuseNewer(input);
  return noteLeftOut(check(RaceResultSchema, knownResult(input, RunSchema, leftOut)), leftOut);
}

/** Points validated between two pauses, which takes some milliseconds. */
const PART = 100;

/** Validates points of the gradient conflict. A `perLayer` object that several points share is validated once. */
function conflictChecker(): (point: unknown, at: Path) => ConflictOutput {
  const known = new WeakMap<object, ConflictOutput['perLayer']>();
  return (point, at) => {
    const shared = isObject(point) && isObject(point.perLayer) ? point.perLayer : undefined;
    const perLayer = shared && known.get(shared);
    if (perLayer) return { ...check(ConflictHeadSchema, point, at), perLayer };
    const checked = check(ConflictPointSchema, point, at);
    if (shared) known.set(shared, checked.perLayer);
    return checked;
  };
}

/**
 * As `parseRaceResult`, in parts of some milliseconds with `pause` awaited before each part, so that a page stays
 * responsive. The output has the same JSON text, and the same inputs are refused. If several fields are wrong, the
 * message may name another one.
 */
export async function parseRaceResultInParts(
  input: unknown,
  pause: () => Promise<void>,
  leftOut = new LeftOut(),
): Promise<RaceResult> {
  refuseNewer(input);
  const head = check(RaceHeadSchema, knownResult(input, RunHeadSchema, leftOut));
  const points = async <T>(
    list: readonly unknown[],
    [schema, ...at]: [v.GenericSchema, ...Path],
    parse: (point: unknown, at: Path) => T,
  ) => {
    const name = (path: Path) => fieldName([...at, ...path].slice(2));
    const output: T[] = [];
    for (let i = 0; i < list.length; i += PART) {
      await pause();
      for (let k = i; k < Math.min(i + PART, list.length); k++)
        output.push(parse(leftOut.known(schema, list[k], name), [...at, k]));
    }
    return output;
  };
  const checker =
    <S extends v.GenericSchema>(schema: S) =>
    (point: unknown, at: Path) =>
      check(schema, point, at);
  const conflict = conflictChecker();
  const runs: RunOutput[] = [];
  for (const [i, raw] of head.runs.entries()) {
    const run = check(RunHeadSchema, raw, ['runs', i]);
    // The spread comes first, so that the fields keep their order and the JSON text is that of `parseRaceResult`.
    runs.push({
      ...run,
      curves: await points(run.curves, [EpochPointSchema, 'runs', i, 'curves'], checker(EpochPointSchema)),
      gradientConflict: await points(
        run.gradientConflict,
        [ConflictPointSchema, 'runs', i, 'gradientConflict'],
        conflict,
      ),
      bn: await points(run.bn, [BnPointSchema, 'runs', i, 'bn'], checker(BnPointSchema)),
    });
  }
  const distinct = check(v.pipe(v.custom<RunOutput[]>(Array.isArray), DISTINCT), runs, ['runs']);
  return noteLeftOut({ ...head, runs: distinct }, leftOut);
}
