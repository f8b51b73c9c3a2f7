/**
 * A race's state as plain data. After a crash, a lost device or a stop the race is resumed from it, with the numbers
 * of a race that was never interrupted.
 */
import { parseConfig, type BackendName, type ExperimentConfig } from '../settings/config.ts';
import { checksumOf } from '../data/checksum.ts';
import type { StartWeights } from '../nn/start-weights.ts';
import { RESULT_LIMITS } from '../result/results-schema.ts';
import type { EarlierPart, RunResult } from '../result/results.ts';
import type { Checkpoint } from '../training/checkpoint.ts';
import { emptyRun, readmitted, seedsOf } from './race-log.ts';

export const RACE_CHECKPOINT_VERSION = 2;

/** Where one lane is: one contestant and one seed. */
export interface LaneCheckpoint {
  /** What its run has measured so far. A run with a final result or a failure is over. */
  readonly run: RunResult;
  /** The trainer's state; null for a lane that has not begun, and for one that is over and whose models are gone. */
  readonly trainer: Checkpoint | null;
  /**
   * Digest of the images and labels on which it trains (`contentOf`); null where it has not begun, and in states of
   * versions without digests.
   */
  readonly data: string | null;
}

export interface RaceCheckpoint {
  readonly version: typeof RACE_CHECKPOINT_VERSION;
  readonly runId: string;
  readonly config: ExperimentConfig;
  /** Describes the data that it was trained on. */
  readonly provenance: string;
  /** How its kernels round (core/backend/arithmetic.ts); absent in states of versions that did not record it. */
  readonly arithmetic?: string;
  /** The device that computed it last; absent in states of versions that did not record it. */
  readonly backend?: BackendName;
  readonly device?: string;
  /** What computed its earlier parts, if it was resumed on another backend or device. */
  readonly earlier?: readonly EarlierPart[];
  /** Epochs whose training is over, of the lane that is furthest behind. */
  readonly epoch: number;
  /** Optimiser steps of all lanes, done and planned. */
  readonly stepsDone: number;
  readonly stepsTotal: number;
  /** What training starts from, while there are lanes that have not begun. */
  readonly start?: StartWeights;
  /** ISO 8601 date and time. */
  readonly savedAt: string;
  /** Of every lane, in the order of the result's runs: seed by seed, in each the contestants. */
  readonly lanes: readonly LaneCheckpoint[];
  /** `checksumOf` everything else; absent in states of versions without checksums. */
  readonly checksum?: string;
}

/** Version 1: no digest, no checksum, one seed's race and the finished runs of the seeds before it. */
interface RaceCheckpoint1 extends Omit<RaceCheckpoint, 'version' | 'lanes' | 'checksum' | 'earlier'> {
  readonly version: 1;
  /** Curves so far, in the order of the config's contestants, as `trainers`. */
  readonly runs: readonly RunResult[];
  readonly trainers: readonly Checkpoint[];
  /** In a race repeated over seeds: the runs of the seeds that are over. */
  readonly earlier?: readonly RunResult[];
}

/**
 * The parts of a race that other backends or devices computed before `now` resumes it from `from`; `[]` where there are
 * none. Backend and device decide the last digits, and the time that a step takes. Keeps the latest
 * `RESULT_LIMITS.earlier`.
 */
export function earlierParts(
  from: Pick<RaceCheckpoint, 'backend' | 'device' | 'arithmetic' | 'earlier' | 'stepsDone'>,
  now: Pick<RaceCheckpoint, 'backend' | 'device' | 'arithmetic'>,
): readonly EarlierPart[] {
  const { backend, device, arithmetic, earlier = [], stepsDone } = from;
  const same = backend === now.backend && device === now.device && arithmetic === now.arithmetic;
  if (same || stepsDone === 0 || backend === undefined || device === undefined) return earlier;
  const part = { backend, device, ...(arithmetic === undefined ? {} : { arithmetic }), steps: stepsDone };
  return [...earlier, part].slice(-RESULT_LIMITS.earlier);
}

/** Throws the one sentence that the page and the command line show. */
export function refuseCheckpoint(why: string): never {
  throw new Error(`The interrupted race cannot go on: ${why}. Start it again with Train.`);
}

/** `checkpoint` with its checksum, as it is put into a store. */
export const sealed = (checkpoint: Omit<RaceCheckpoint, 'checksum'>): RaceCheckpoint => ({
  ...checkpoint,
  checksum: checksumOf(checkpoint),
});

function fromVersion1(old: RaceCheckpoint1): RaceCheckpoint {
  const { runs, trainers, earlier = [], ...rest } = old;
  const { config } = rest;
  const seeds = seedsOf(config);
  const index = earlier.length / config.contestants.length;
  const whole = Array.isArray(runs) && runs.length === trainers?.length && Number.isInteger(index);
  if (!whole || index >= seeds.length) refuseCheckpoint('parts of it are missing');
  const seed = seeds[index];
  const admitted = (run: RunResult): RunResult =>
    readmitted(run, config)[0] ?? refuseCheckpoint('parts of it are missing');
  const lanes: LaneCheckpoint[] = [
    ...earlier.map((run) => ({ run: admitted(run), trainer: null, data: null })),
    ...runs.map((run, k) => ({
      run: admitted(seed === undefined ? run : { ...run, seed }),
      trainer: trainers[k],
      data: null,
    })),
    ...seeds
      .slice(index + 1)
      .flatMap((s) => config.contestants.map((c) => ({ run: emptyRun(c, s), trainer: null, data: null }))),
  ];
  return { ...rest, version: RACE_CHECKPOINT_VERSION, lanes };
}

/**
 * A state as it comes out of a store: checked against its checksum and brought to this version. Throws one sentence
 * when it was damaged, is of another version or is something else.
 */
export function openCheckpoint(stored: unknown): RaceCheckpoint {
  if (typeof stored !== 'object' || stored === null)
    refuseCheckpoint('what was kept is not the state of a race');
  const { checksum, ...content } = stored as RaceCheckpoint;
  const version: unknown = content.version;
  if (version !== RACE_CHECKPOINT_VERSION && version !== 1)
    refuseCheckpoint(`it was kept by another version of this page (${String(version)})`);
  if (version === RACE_CHECKPOINT_VERSION && checksum !== checksumOf(content))
    refuseCheckpoint('what was kept of it is damaged');
  const config = parseConfig(content.config);
  return version === 1
    ? fromVersion1({ ...(stored as unknown as RaceCheckpoint1), config })
    : { ...content, checksum, config };
}

/**
 * Throws one sentence unless `checkpoint` is of a race with these settings on data of this name, and has all its
 * lanes.
 */
export function checkCheckpoint(
  checkpoint: RaceCheckpoint,
  config: ExperimentConfig,
  provenance: string,
): void {
  if (checkpoint.version !== RACE_CHECKPOINT_VERSION)
    refuseCheckpoint(`it was kept by another version of this page (${String(checkpoint.version)})`);
  if (JSON.stringify(checkpoint.config) !== JSON.stringify(config))
    refuseCheckpoint('its settings are others');
  if (checkpoint.provenance !== provenance)
    refuseCheckpoint(`it was trained on "${checkpoint.provenance}", what is loaded now is "${provenance}"`);
  const expected = seedsOf(config).flatMap((seed) =>
    config.contestants.map(({ label }) => ({ seed, label })),
  );
  const found = checkpoint.lanes;
  if (found?.length !== expected.length) refuseCheckpoint('parts of it are missing');
  for (const [i, { run, trainer }] of found.entries()) {
    if (run?.seed !== expected[i].seed || (trainer === null && run.label !== expected[i].label))
      refuseCheckpoint('parts of it are missing');
  }
}
