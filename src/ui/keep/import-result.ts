/** Reads a result from a file that the visitor chose, exported here or written by the command line. Untrusted input. */
import { errorMessage } from '../../core/error-message.ts';
import { parseRaceResultInParts } from '../../core/result/results-schema.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { pauses } from '../shared/pauses.ts';

export const MAX_IMPORT_BYTES = 64 * 1024 * 1024;

/**
 * Resolves to the validated result. Rejects with `Error`, whose message names the file and what is wrong.
 */
export async function importResult(file: File): Promise<RaceResult> {
  if (file.size === 0) throw new Error(`${file.name} is empty: expected a result exported as JSON.`);
  if (file.size > MAX_IMPORT_BYTES)
    throw new Error(
      `${file.name} has ${Math.round(file.size / 1e6)} MB: a result exported as JSON has at most 64 MiB.`,
    );
  let json: unknown;
  try {
    json = JSON.parse(await file.text()) as unknown;
  } catch {
    throw new Error(
      `${file.name} is not JSON: expected a result exported here or written by npm run experiment.`,
    );
  }
  try {
    return await parseRaceResultInParts(json, pauses());
  } catch (error) {
    throw new Error(`${file.name}: ${errorMessage(error)}`);
  }
}
