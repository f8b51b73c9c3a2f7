/** A race's state as plain data: from it a race goes on, after a crash, a lost device or a stop, as if nothing had happened. */
import type { ExperimentConfig } from '../settings/config.ts';
import type { RunResult } from '../result/results.ts';
import { type Checkpoint, restoreCheckpoint } from './checkpoint.ts';
import type { Trainer } from './trainer.ts';

export const RACE_CHECKPOINT_VERSION = 1;

export interface RaceCheckpoint {
  readonly version: typeof RACE_CHECKPOINT_VERSION;
  readonly runId: string;
  readonly config: ExperimentConfig;
  /** Of the data that it was trained on. */
  readonly provenance: string;
  /** Epochs whose training is over. */
  readonly epoch: number;
  /** Optimiser steps of all contestants, done and planned. */
  readonly stepsDone: number;
  readonly stepsTotal: number;
  /** ISO 8601 date and time. */
  readonly savedAt: string;
  /** Curves so far, in the order of the config's contestants, as `trainers`. */
  readonly runs: readonly RunResult[];
  readonly trainers: readonly Checkpoint[];
  /** In a race repeated over seeds: the runs of the seeds that are over. */
  readonly earlier?: readonly RunResult[];
}

function refuse(why: string): never {
  throw new Error(`The interrupted race cannot go on: ${why}. Start it again with Train.`);
}

/**
 * Puts trainers made from the same config and data where the checkpoint found its own. Throws one sentence where it does not fit;
 * single trainers are checked before they are changed.
 */
export function restoreTrainers(
  checkpoint: RaceCheckpoint,
  config: ExperimentConfig,
  provenance: string,
  trainers: readonly Trainer[],
): void {
  if (checkpoint.version !== RACE_CHECKPOINT_VERSION)
    refuse(`it was kept by another version of this page (${String(checkpoint.version)})`);
  if (JSON.stringify(checkpoint.config) !== JSON.stringify(config)) refuse('its settings are others');
  if (checkpoint.provenance !== provenance)
    refuse(`it was trained on "${checkpoint.provenance}", what is loaded now is "${provenance}"`);
  if (checkpoint.trainers?.length !== trainers.length || checkpoint.runs?.length !== trainers.length)
    refuse('parts of it are missing');
  trainers.forEach((t, k) => restoreCheckpoint(t, checkpoint.trainers[k]));
}
