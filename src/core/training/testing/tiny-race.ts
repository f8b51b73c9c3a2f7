/** Races and series over the tiny synthetic data whose events and checkpoints are collected, for tests. */
import type { ExperimentConfig } from '../../settings/config.ts';
import type { RunResult } from '../../result/results.ts';
import type { RaceEvent } from '../events.ts';
import type { RaceCheckpoint } from '../race-checkpoint.ts';
import { Race, type RaceEnvironment } from '../race.ts';
import { Series } from '../series.ts';
import { TINY_DATA } from './tiny-trainer.ts';

/** Sees each event as it comes, and may press the race's buttons. */
export type Watch<R> = (event: RaceEvent, race: R) => void;

export interface Watched<R> {
  readonly race: R;
  readonly events: RaceEvent[];
}

function watched<R>(
  make: (environment: RaceEnvironment) => R,
  watch: Watch<R>,
  more: Partial<RaceEnvironment>,
): Watched<R> {
  const events: RaceEvent[] = [];
  const race: R = make({
    runId: 'r',
    backend: 'wasm',
    device: 'test',
    appVersion: '0',
    ...more,
    emit: (e) => {
      events.push(e);
      watch(e, race);
    },
  });
  return { race, events };
}

/** Not yet running; the caller disposes it. */
export const tinyRace = (
  config: ExperimentConfig,
  watch: Watch<Race> = () => {},
  more: Partial<RaceEnvironment> = {},
): Watched<Race> => watched((environment) => new Race(config, TINY_DATA, environment), watch, more);

/** Not yet running; the caller disposes it. */
export const tinySeries = (
  config: ExperimentConfig,
  watch: Watch<Series> = () => {},
  more: Partial<RaceEnvironment> = {},
): Watched<Series> => watched((environment) => new Series(config, TINY_DATA, environment), watch, more);

/** An environment's checkpoints, at every occasion, and the list that they are copied to. */
export function keeper(): {
  kept: RaceCheckpoint[];
  checkpoints: NonNullable<RaceEnvironment['checkpoints']>;
} {
  const kept: RaceCheckpoint[] = [];
  return { kept, checkpoints: { everySeconds: 0, keep: async (c) => void kept.push(structuredClone(c)) } };
}

/** What must not depend on the clock. */
export const clockless = (runs: readonly RunResult[]) =>
  runs.map(({ label, curves, gradientConflict, bn, final }) => ({
    label,
    curves,
    gradientConflict,
    bn,
    final,
  }));
