/** Prepares and writes the files of an experiment's result and state; earlier ones are replaced only if asked for. */
import { existsSync, statSync } from 'node:fs';
import type { RaceResult } from '../core/result/results.ts';
import { everyRunFailed } from '../core/result/spread.ts';
import { writeWhole } from '../core/node-files.ts';
import { UsageError } from './args.ts';
import type { RaceCheckpoint } from '../core/race/race-checkpoint.ts';
import { checkpointPath, forgetCheckpoint, readCheckpoint } from './experiment-checkpoint.ts';
import { checkOutput } from './output.ts';

export interface OutputRequest {
  /** The result's file; null: nothing is written. */
  readonly out: string | null;
  /** Continue from the state kept beside `out`. */
  readonly resume: boolean;
  /** Start again and replace what is there. */
  readonly overwrite: boolean;
}

/** Whether something would be lost by overwriting: not an empty file, as `mktemp` makes it, nor a device. */
const holdsSomething = (path: string): boolean => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;

/**
 * Call before any work. With `resume`, resolves with the kept state. Rejects with `UsageError` if result or state
 * cannot be written, or if an earlier result or the state of an interrupted run is there and neither `resume` nor
 * `overwrite` was given.
 */
export async function prepareOutput(request: OutputRequest): Promise<RaceCheckpoint | undefined> {
  const { out, resume, overwrite } = request;
  if (out === null) return undefined;
  const state = checkpointPath(out);
  checkOutput('--out', out);
  checkOutput('--out', state);
  if (resume) return readCheckpoint(out);
  if (overwrite) {
    await forgetCheckpoint(out);
    return undefined;
  }
  if (existsSync(state))
    throw new UsageError(
      `--out: ${state} is the state of an interrupted experiment: add --resume to continue from it, give another --out, ` +
        'or add --overwrite to start again and lose it.',
    );
  if (holdsSomething(out))
    throw new UsageError(
      `--out: ${out} exists: give another --out, or add --overwrite to replace it (it is kept until the new result is complete).`,
    );
  return undefined;
}

/**
 * Writes the result, and deletes the state if it is no longer needed. Returns a sentence on how to resume, or null if
 * the result is complete.
 */
export async function saveResult(out: string, result: RaceResult): Promise<string | null> {
  writeWhole(out, `${JSON.stringify(result)}\n`);
  if (result.status === 'complete') {
    await forgetCheckpoint(out);
    return null;
  }
  if (everyRunFailed(result)) {
    await forgetCheckpoint(out);
    return 'Every run failed and would fail again from its state, which is deleted: change the settings, and add --overwrite to start again.';
  }
  return existsSync(checkpointPath(out))
    ? 'Not complete: the same command with --resume (and without --overwrite) continues it.'
    : 'Not complete, and no state was kept: the same command with --overwrite starts again.';
}
