/**
 * The index of the recorded combinations of ARAT's parts, `public/recorded/factorial/index.json`: the figures that the
 * first screen shows, by contestant and seed. Curves are in `<key>.json`, a RaceResult; weights in `<key>.safetensors`.
 */
import * as v from 'valibot';
import { ConfigSchema, LabelSchema, METHOD_IDS, SwitchesSchema } from '../settings/config.ts';
import { recordingKey } from '../experiments/parts.ts';
import { meanThroughSet } from './bn-distance.ts';
import { conflictChance, meanConflict } from './conflict-mean.ts';
import { FinalSchema } from './results-schema.ts';
import type { RaceResult, RunResult } from './results.ts';

export const FACTORIAL_FORMAT = 'arat-factorial';
/** Its folder among the page's files. */
export const FACTORIAL_FOLDER = 'recorded/factorial';

const finite = v.pipe(v.number(), v.finite());
const seed = v.pipe(v.number(), v.integer(), v.minValue(0));
const text = (max: number) => v.pipe(v.string(), v.minLength(1), v.maxLength(max));

const RecordedRunSchema = v.object({
  seed,
  final: v.nullable(FinalSchema),
  /** Mean cosine between the gradients of the two terms over training; null if none was measured. */
  cosine: v.nullable(finite),
  /** Mean share of weights whose two gradients have opposite signs. */
  conflict: v.nullable(finite),
  /** The share to expect by chance. */
  chance: v.nullable(finite),
  /** Mean over layers of the distance between the statistics of x and x', both through `adv`, after training. */
  bnDistance: v.nullable(finite),
});
export type RecordedRun = v.InferOutput<typeof RecordedRunSchema>;

const RecordedSchema = v.object({
  key: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,40}$/)),
  label: LabelSchema,
  method: v.picklist(METHOD_IDS),
  switches: SwitchesSchema,
  runs: v.pipe(v.array(RecordedRunSchema), v.minLength(1), v.maxLength(100)),
  /** The seed whose weights `<key>.safetensors` holds, and the size of that file; null if there is none. */
  weights: v.nullable(v.object({ seed, bytes: v.pipe(finite, v.minValue(1)) })),
});
export type Recorded = v.InferOutput<typeof RecordedSchema>;

export const FactorialIndexSchema = v.pipe(
  v.object({
    format: v.literal(FACTORIAL_FORMAT),
    version: v.literal(1),
    /** Commit of the code that computed the figures. */
    commit: text(40),
    /** The settings of all contestants, with the first of them alone. */
    config: ConfigSchema,
    seeds: v.pipe(v.array(seed), v.minLength(1)),
    dataset: v.object({ provenance: text(400), classNames: v.pipe(v.array(text(40)), v.minLength(2)) }),
    /** What computed them: backend and device in words. */
    device: text(400),
    contestants: v.pipe(v.array(RecordedSchema), v.minLength(1), v.maxLength(60)),
  }),
  v.check(({ contestants: c }) => new Set(c.map((x) => x.key)).size === c.length, 'keys must differ'),
);
export type FactorialIndex = v.InferOutput<typeof FactorialIndexSchema>;

/** Throws `Error` that names the first invalid field. */
export function parseFactorialIndex(input: unknown): FactorialIndex {
  const result = v.safeParse(FactorialIndexSchema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(
    `The index of the recorded combinations is not valid: ${v.getDotPath(issue) ?? ''} ${issue.message}`,
  );
}

/** A run's entry in the index. */
export function recordedRun(run: RunResult, config: RaceResult['config']): RecordedRun {
  const conflict = meanConflict(run);
  const last = run.bn.at(-1);
  return {
    seed: run.seed ?? config.seed,
    final: run.final,
    cosine: conflict?.cosine ?? null,
    conflict: conflict?.ratio ?? null,
    chance: conflictChance(run, config),
    bnDistance: last ? meanThroughSet(last, 'adv') : null,
  };
}

/** A contestant's entry in the index, from its own result. Throws `Error` if it is not one of those recorded. */
export function recordedContestant(result: RaceResult, weights: Recorded['weights']): Recorded {
  const [{ label, method, switches }] = result.config.contestants;
  const key = recordingKey({ method, switches });
  if (key === null) throw new Error(`${label} is no combination of ARAT’s parts and no method beside them.`);
  return {
    key,
    label,
    method,
    switches,
    runs: result.runs.map((r) => recordedRun(r, result.config)),
    weights,
  };
}
