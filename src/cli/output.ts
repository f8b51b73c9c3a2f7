/** Checks the output file of a command before any work, so that hours of it are not lost at the end. */
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tryWriting } from '../core/node-files.ts';
import { UsageError } from './args.ts';

/**
 * Why `path` cannot be the name of a file to write; null if it can. Throws the file system's error if writing fails.
 */
function fault(path: string): string | null {
  if (path === '') return 'expected the name of a file, not an empty one';
  const folder = dirname(path);
  if (!existsSync(folder)) return `there is no folder ${folder}`;
  if (!statSync(folder).isDirectory()) return `${folder} is a file, not a folder`;
  if (existsSync(path) && statSync(path).isDirectory())
    return `${path} is a folder; expected the name of a file, e.g. ${join(path, 'results.json')}`;
  tryWriting(path);
  return null;
}

/** Throws `UsageError` unless `path`, given as `option` (e.g. `--out`), is the name of a file that can be written. */
export function checkOutput(option: string, path: string): void {
  let wrong: string | null;
  try {
    wrong = fault(path);
  } catch (error) {
    wrong = `${path} cannot be written (${(error as Error).message})`;
  }
  if (wrong !== null) throw new UsageError(`${option}: ${wrong}.`);
}
