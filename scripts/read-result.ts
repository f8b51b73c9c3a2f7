/** Reads a result that `npm run experiment` wrote. */
import { readFile } from 'node:fs/promises';
import { UsageError } from '../src/cli/args.ts';
import { parseRaceResult } from '../src/core/result/results-schema.ts';
import type { RaceResult } from '../src/core/result/results.ts';

/** Throws UsageError if the file cannot be read, Error if it holds no result. */
export async function readResult(path: string): Promise<RaceResult> {
  const text = await readFile(path, 'utf8').catch((error: Error) => {
    throw new UsageError(`${path} cannot be read (${error.message}).`);
  });
  try {
    return parseRaceResult(JSON.parse(text));
  } catch (error) {
    throw new Error(`${path} is not a result of npm run experiment (${(error as Error).message}).`);
  }
}
