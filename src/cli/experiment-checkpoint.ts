/** The state of a long experiment in a file beside its results, from which `--resume` goes on to the same numbers. */
import { errorMessage } from '../core/error-message.ts';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { writeWhole } from '../core/node-files.ts';
import { openCheckpoint, type RaceCheckpoint } from '../core/race/race-checkpoint.ts';
import { ARITHMETIC_WORDS, type Arithmetic } from '../core/backend/arithmetic.ts';
import { RELAXED_SIMD } from '../core/backend/node-arithmetic.ts';
import { UsageError } from './args.ts';
import { openBytes, sealBytes } from './checkpoint-file.ts';

/** Where the state of the experiment that writes `out` is kept. */
export const checkpointPath = (out: string): string => `${out}.checkpoint`;

/** Keeps `checkpoint` in place of the last one: at any moment one whole file is there. */
export async function keepCheckpoint(out: string, checkpoint: RaceCheckpoint): Promise<void> {
  writeWhole(checkpointPath(out), sealBytes(serialize(checkpoint)));
}

/**
 * The kept state. Throws UsageError when there is none or the file is something else; whether it fits, the race
 * checks.
 */
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

const isKnown = (name: string): name is Arithmetic => Object.hasOwn(ARITHMETIC_WORDS, name);
const words = (name: string): string => (isKnown(name) ? ARITHMETIC_WORDS[name] : `“${name}”`);

/** What to change in the command so that it computes as `kept`; null where this machine cannot. */
function remedy(kept: string, now: Arithmetic): string | null {
  const [backend] = kept.split('-');
  if (!now.startsWith(backend)) return `add --backend ${backend} to resume`;
  if (kept === 'wasm-separate' && now === 'wasm-fused') return 'add --no-relaxed-simd to resume';
  const switchedOff = process.env[RELAXED_SIMD] === 'off';
  return kept === 'wasm-fused' && switchedOff ? 'leave out --no-relaxed-simd to resume' : null;
}

/**
 * Throws UsageError when the state kept beside `out` was computed with another arithmetic than `now`: the result would
 * be that of neither. A state of before this was recorded is taken as it is.
 */
export function checkArithmetic(out: string, { arithmetic }: RaceCheckpoint, now: Arithmetic): void {
  if (arithmetic === undefined || arithmetic === now) return;
  const how = remedy(arithmetic, now) ?? 'resume on a machine that has it';
  throw new UsageError(
    `--resume: ${checkpointPath(out)} was computed with ${words(arithmetic)}, this command computes with ${words(now)}, and the two ` +
      `differ in the last digits: ${how}, or take --overwrite in place of --resume to start again.`,
  );
}

export async function forgetCheckpoint(out: string): Promise<void> {
  await rm(checkpointPath(out), { force: true });
}
