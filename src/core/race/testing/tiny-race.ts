/** Races over the tiny synthetic data whose events and checkpoints are collected, for tests. */
import type { ExperimentConfig } from '../../settings/config.ts';
import type { RunResult } from '../../result/results.ts';
import type { RaceEvent } from '../events.ts';
import type { RaceCheckpoint } from '../race-checkpoint.ts';
import { Race, type RaceEnvironment } from '../race.ts';
import { TINY_DATA } from '../../training/testing/tiny-trainer.ts';

/** Sees each event as it comes, and may press the race's buttons. */
export type Watch = (event: RaceEvent, race: Race) => void;

export interface Watched {
  readonly race: Race;
  readonly events: RaceEvent[];
}

/** Not yet running; the caller disposes it. */
export function tinyRace(
  config: ExperimentConfig,
  watch: Watch = () => {},
  more: Partial<RaceEnvironment> = {},
): Watched {
  const events: RaceEvent[] = [];
  const race: Race = new Race(config, TINY_DATA, {
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

/** Checkpoint settings that keep every state, and the list of the states kept. */
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
