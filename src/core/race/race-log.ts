/**
 * The one fold of a race's events into its result: what the race itself returns, what the page shows while it runs,
 * and what the tests' sample race is made of. Pure: `apply` returns a new result, in which a run that an event does
 * not change is the same object.
 */
import type { Contestant, ExperimentConfig } from '../settings/config.ts';
import { FinalSchema, RESULT_LIMITS } from '../result/results-schema.ts';
import { RESULTS_VERSION, type RaceResult, type RunResult } from '../result/results.ts';
import * as v from 'valibot';
import type { LaneEvent, LaneName, RaceEvent, Timing } from './events.ts';
import { meanAfter } from './conflict-running-mean.ts';
import { appended, BN, bounded, CONFLICTS, CURVES, PAIRS } from './measured.ts';

/** Longest text of a failure, in characters. The schema allows more, because it writes hidden characters as escapes. */
const MOST_FAILURE = 500;

export type RaceHead = Pick<
  RaceResult,
  'config' | 'backend' | 'device' | 'arithmetic' | 'earlier' | 'dataset' | 'appVersion' | 'commit'
>;

const cut = (text: string, most: number): string => (text.length > most ? text.slice(0, most) : text);

/** The run of a contestant that has reported nothing yet. */
export const emptyRun = (contestant: Contestant, seed?: number): RunResult => ({
  ...contestant,
  curves: [],
  gradientConflict: [],
  bn: [],
  final: null,
  imagesPerSecond: 0,
  seconds: 0,
  ...(seed === undefined ? {} : { seed }),
});

/** The seeds of a race's runs, in order; a single `undefined` in a race that is not repeated. */
export const seedsOf = ({ repeats, seed }: ExperimentConfig): (number | undefined)[] =>
  repeats === 1 ? [undefined] : Array.from({ length: repeats }, (_, i) => seed + i);

/** The result of a race at its start, with empty runs of its first seed; other seeds' appear with their first event. */
export function start(head: RaceHead, finishedAt = new Date().toISOString()): RaceResult {
  const { config, dataset, device, arithmetic, earlier = [], appVersion, commit, backend } = head;
  return {
    version: RESULTS_VERSION,
    config,
    backend,
    device: cut(device, 300),
    ...(arithmetic === undefined ? {} : { arithmetic }),
    ...(earlier.length === 0
      ? {}
      : { earlier: earlier.map((part) => ({ ...part, device: cut(part.device, 300) })) }),
    dataset: {
      provenance: cut(dataset.provenance, 1000),
      classNames: dataset.classNames.slice(0, RESULT_LIMITS.classes).map((name) => cut(name, 80)),
    },
    status: 'stopped',
    finishedAt,
    appVersion: cut(appVersion, 40),
    ...(commit === undefined ? {} : { commit: cut(commit, 80) }),
    runs: config.contestants.map((c) => emptyRun(c, seedsOf(config)[0])),
  };
}

/** `result`, ended. */
export const ended = (
  result: RaceResult,
  status: RaceResult['status'],
  finishedAt = new Date().toISOString(),
): RaceResult => ({ ...result, status, finishedAt });

const timing = ({ seconds, imagesPerSecond }: Timing): Timing => ({
  seconds: bounded(seconds, 0, RESULT_LIMITS.seconds),
  imagesPerSecond: bounded(imagesPerSecond, 0, RESULT_LIMITS.speed),
});

/** A run after one event of its lane; the same object where nothing changes. */
export function applyToRun(run: RunResult, event: LaneEvent): RunResult {
  switch (event.type) {
    case 'epoch': {
      const curves = appended(run.curves, event.point, CURVES);
      return curves === run.curves ? run : { ...run, curves };
    }
    case 'conflict': {
      const gradientConflict = appended(run.gradientConflict, event.point, CONFLICTS);
      const conflictMean = meanAfter(run, event.point);
      const same = gradientConflict === run.gradientConflict && conflictMean === run.conflictMean;
      return same ? run : { ...run, gradientConflict, ...(conflictMean && { conflictMean }) };
    }
    case 'bn': {
      const bn = appended(run.bn, event.point, BN);
      return bn === run.bn ? run : { ...run, bn };
    }
    case 'pairs': {
      const before = run.conflictPairs ?? [];
      const conflictPairs = appended(before, event.point, PAIRS);
      return conflictPairs === before ? run : { ...run, conflictPairs };
    }
    case 'timing': {
      const { seconds, imagesPerSecond } = timing(event);
      const same = seconds === run.seconds && imagesPerSecond === run.imagesPerSecond;
      return same ? run : { ...run, seconds, imagesPerSecond };
    }
    case 'final':
      return { ...run, final: v.is(FinalSchema, event.final) ? event.final : run.final, ...timing(event) };
    case 'failure':
      return { ...run, failure: cut(event.message, MOST_FAILURE) || 'It ended without a reason.' };
    default:
      return event satisfies never;
  }
}

/**
 * `run`, kept by a version that did not check measurements, as a result can hold it; [] where the race has no such run.
 */
export function readmitted(run: RunResult, config: ExperimentConfig): RunResult[] {
  const { label, seed, curves, gradientConflict, conflictPairs = [], bn, final, failure } = run;
  const contestant = config.contestants.find((c) => c.label === label);
  if (!contestant || !seedsOf(config).includes(seed)) return [];
  const events: LaneEvent[] = [
    ...curves.map((point) => ({ type: 'epoch', point }) as const),
    ...gradientConflict.map((point) => ({ type: 'conflict', point }) as const),
    ...bn.map((point) => ({ type: 'bn', point }) as const),
    ...conflictPairs.map((point) => ({ type: 'pairs', point }) as const),
    { type: 'timing', ...timing(run) },
    ...(final ? [{ type: 'final', final, ...timing(run) } as const] : []),
    ...(failure === undefined ? [] : [{ type: 'failure', message: failure } as const]),
  ];
  const { conflictMean } = run;
  return [
    { ...events.reduce(applyToRun, emptyRun(contestant, seed)), ...(conflictMean && { conflictMean }) },
  ];
}

const sameLane = (run: RunResult, { label, seed }: LaneName) => run.label === label && run.seed === seed;

const belongs = ({ config }: RaceResult, { label, seed }: LaneName): boolean =>
  seedsOf(config).includes(seed) && config.contestants.some((c) => c.label === label);

/** The runs of a race, with those of one more seed added, in the order of seeds and contestants. */
function withSeed({ config, runs }: RaceResult, seed: number | undefined): RunResult[] {
  const begun = new Set([seed, ...runs.map((run) => run.seed)]);
  const lanes = seedsOf(config).filter((s) => begun.has(s));
  return lanes.flatMap((s) =>
    config.contestants.map(
      (c) => runs.find((run) => sameLane(run, { label: c.label, seed: s })) ?? emptyRun(c, s),
    ),
  );
}

function withRun(result: RaceResult, name: LaneName, event: LaneEvent): RaceResult {
  if (!belongs(result, name)) return result;
  const known = result.runs.some((run) => sameLane(run, name));
  const before = known ? result.runs : withSeed(result, name.seed);
  const runs = before.map((run) => (sameLane(run, name) ? applyToRun(run, event) : run));
  const same = known && runs.every((run, i) => run === result.runs[i]);
  return same ? result : { ...result, runs };
}

/** `result` after one more event; the same object where nothing changes. */
export function apply(result: RaceResult, event: RaceEvent): RaceResult {
  switch (event.type) {
    case 'epoch':
    case 'conflict':
    case 'bn':
    case 'pairs':
    case 'timing':
    case 'final':
    case 'failure':
      return withRun(result, event, event);
    case 'backend':
      return { ...result, backend: event.backend, device: cut(event.device, 300) };
    case 'restored':
      return { ...result, runs: event.runs.filter((run) => belongs(result, run)) };
    case 'result':
      return event.result;
    case 'state':
    case 'progress':
    case 'note':
    case 'error':
      return result;
    default:
      return event satisfies never;
  }
}
