/**
 * Keeps the state of an experiment in a file beside its result, from which `--resume` continues to the same numbers.
 */
import { errorMessage, withoutFullStop } from '../core/error-message.ts';
import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { deserialize, serialize } from 'node:v8';
import { writeWhole } from '../core/node-files.ts';
import { openCheckpoint, type RaceCheckpoint } from '../core/race/race-checkpoint.ts';
import { ARITHMETIC_WORDS, type Arithmetic } from '../core/backend/arithmetic.ts';
import { RELAXED_SIMD } from '../core/backend/node-arithmetic.ts';
import { UsageError } from './args.ts';
import { openBytes, sealBytes } from './checkpoint-file.ts';

/** The file with the state of the experiment whose result goes to `out`. */
export const checkpointPath = (out: string): string => `${out}.checkpoint`;

/** Replaces the kept state by `checkpoint`. The file is complete at any moment. */
export async function keepCheckpoint(out: string, checkpoint: RaceCheckpoint): Promise<void> {
  writeWhole(checkpointPath(out), sealBytes(serialize(checkpoint)));
}

/**
 * The kept state. Throws `UsageError` if there is none, or the file is damaged or something else. The race checks
 * whether the state fits its settings.
 */
export async function readCheckpoint(out: string): Promise<RaceCheckpoint> {
  const path = checkpointPath(out);
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch {
    const instead = existsSync(out)
      ? 'use --overwrite instead to replace that'
      : 'leave --resume out to begin';
    const result = existsSync(out) ? `, and ${out} exists` : '';
    throw new UsageError(`--resume: there is no ${path} to resume from${result}; ${instead}.`);
  }
  try {
    return openCheckpoint(deserialize(openBytes(bytes)));
  } catch (error) {
    const why = errorMessage(error);
    throw new UsageError(
      `--resume: ${path} is not the state of an experiment (${withoutFullStop(why)}); use --overwrite in place of --resume to start again.`,
    );
  }
}

const isKnown = (name: string): name is Arithmetic => Object.hasOwn(ARITHMETIC_WORDS, name);
const words = (name: string): string => (isKnown(name) ? ARITHMETIC_WORDS[name] : `“${name}”`);

/** How to change the command so that it computes with the arithmetic `kept`; null if this machine cannot. */
function remedy(kept: string, now: Arithmetic): string | null {
  const [backend] = kept.split('-');
  if (!now.startsWith(backend)) return `add --backend ${backend} to resume`;
  if (kept === 'wasm-separate' && now === 'wasm-fused') return 'add --no-relaxed-simd to resume';
  const switchedOff = process.env[RELAXED_SIMD] === 'off';
  return kept === 'wasm-fused' && switchedOff ? 'leave out --no-relaxed-simd to resume' : null;
}

/**
 * Throws `UsageError` if the state kept beside `out` was computed with another arithmetic than `now`, because the
 * result would mix both. An older state that does not name its arithmetic is accepted.
 */
export function checkArithmetic(out: string, { arithmetic }: RaceCheckpoint, now: Arithmetic): void {
  if (arithmetic === undefined || arithmetic === now) return;
  const how = remedy(arithmetic, now) ?? 'resume on a machine that has it';
  throw new UsageError(
    `--resume: ${checkpointPath(out)} was computed with ${words(arithmetic)}, this command computes with ${words(now)}, and the two ` +
      `differ in the last digits: ${how}, or use --overwrite in place of --resume to start again.`,
  );
}

export async function forgetCheckpoint(out: string): Promise<void> {
  await rm(checkpointPath(out), { force: true });
}
