/** The file of an experiment's results and the state beside it: what is there already is not lost without a word. */
import { existsSync, statSync } from 'node:fs';
import type { RaceResult } from '../core/result/results.ts';
import { everyRunFailed } from '../core/result/spread.ts';
import { writeWhole } from '../core/node-files.ts';
import { UsageError } from './args.ts';
import type { RaceCheckpoint } from '../core/race/race-checkpoint.ts';
import { checkpointPath, forgetCheckpoint, readCheckpoint } from './experiment-checkpoint.ts';
import { checkOutput } from './output.ts';

export interface OutputRequest {
  /** Null: nothing is written. */
  readonly out: string | null;
  /** Go on from the state kept beside `out`. */
  readonly resume: boolean;
  /** Start anew, whatever is there. */
  readonly overwrite: boolean;
}

/** An empty file, which `mktemp` makes, and a device hold nothing to lose. */
const holdsSomething = (path: string): boolean => (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;

/**
 * Before any work. Resolves with the state to go on from when that was asked for. Rejects with UsageError where result
 * or state cannot be written, or where starting anew would replace an earlier result or the state of an interrupted
 * run without being told to.
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
      `--out: ${state} is the state of an interrupted experiment: add --resume to go on from it, give another --out, ` +
        'or add --overwrite to start again and lose it.',
    );
  if (holdsSomething(out))
    throw new UsageError(
      `--out: ${out} exists: give another --out, or add --overwrite to replace it (it stays until the new result is whole).`,
    );
  return undefined;
}

/** Writes the result; the state goes when it is not needed any more. Returns what to say about going on, or null. */
export async function saveResult(out: string, result: RaceResult): Promise<string | null> {
  writeWhole(out, `${JSON.stringify(result)}\n`);
  if (result.status === 'complete') {
    await forgetCheckpoint(out);
    return null;
  }
  if (everyRunFailed(result)) {
    await forgetCheckpoint(out);
    return 'Every run failed and would fail again from its state, which is dropped: change the settings, and add --overwrite to start again.';
  }
  return existsSync(checkpointPath(out))
    ? 'Not complete: the same command with --resume (and without --overwrite) goes on.'
    : 'Not complete, and no state was kept: the same command with --overwrite starts again.';
}
