/** The state of a long experiment in a file beside its results, from which `--resume` goes on to the same numbers. */
import { errorMessage } from '../core/error-message.ts';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { writeWhole } from '../core/node-files.ts';
import { openCheckpoint, type RaceCheckpoint } from '../core/race/race-checkpoint.ts';
import { UsageError } from './args.ts';
import { openBytes, sealBytes } from './checkpoint-file.ts';

/** Where the state of the experiment that writes `out` is kept. */
export const checkpointPath = (out: string): string => `${out}.checkpoint`;

/** Keeps `checkpoint` in place of the last one: at any moment one whole file is there. */
export async function keepCheckpoint(out: string, checkpoint: RaceCheckpoint): Promise<void> {
  writeWhole(checkpointPath(out), sealBytes(serialize(checkpoint)));
}

/** The kept state. Throws UsageError when there is none or the file is something else; whether it fits, the race checks. */
export async function readCheckpoint(out: string): Promise<RaceCheckpoint> {
  const path = checkpointPath(out);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch {
    const instead = existsSync(out)
      ? 'take --overwrite in its place to replace that'
      : 'leave --resume out to begin';
    const result = existsSync(out) ? `, and ${out} exists` : '';
    throw new UsageError(`--resume: there is no ${path} to go on from${result}; ${instead}.`);
  }
  try {
    return openCheckpoint(deserialize(openBytes(bytes)));
  } catch (error) {
    const why = errorMessage(error);
    throw new UsageError(
      `--resume: ${path} is not the state of an experiment; take --overwrite in place of --resume to start again. (${why})`,
    );
  }
}

export async function forgetCheckpoint(out: string): Promise<void> {
  await rm(checkpointPath(out), { force: true });
}
