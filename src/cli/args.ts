/** Parses command-line options strictly; a mistake in them gives one line and exit code 2. */
import { errorMessage } from '../core/error-message.ts';
import { parseArgs, type ParseArgsConfig } from 'node:util';
import { chooseRelaxedSimd, RELAXED_SIMD } from '../core/backend/node-arithmetic.ts';
import { aboveRange } from '../core/judge/radius.ts';

/** A mistake in the options: printed as one line, exit code 2. */
export class UsageError extends Error {}

/** An option of every command, which `runCommand` reads. */
const NO_RELAXED_SIMD = 'no-relaxed-simd';

/** node:util's parseArgs, with the options that all commands have. Throws `UsageError` for its errors. */
export function parseOptions<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    const options = { ...config.options, [NO_RELAXED_SIMD]: { type: 'boolean' } } as const;
    return parseArgs({ ...config, options } as T);
  } catch (error) {
    throw new UsageError((error as Error).message.split('\n')[0]);
  }
}

/** A whole number in [min, max]; undefined if the option is absent. Throws `UsageError`. */
export function integerOption(
  name: string,
  text: string | undefined,
  min: number,
  max: number,
): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max)
    throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, not "${text}".`);
  return value;
}

/** One of `choices`; the first if the option is absent. Throws `UsageError`. */
export function choiceOption<T extends string>(
  name: string,
  text: string | undefined,
  choices: readonly T[],
): T {
  if (text === undefined) return choices[0];
  if (!choices.includes(text as T))
    throw new UsageError(`--${name} must be one of ${choices.join(', ')}, not "${text}".`);
  return text as T;
}

/**
 * A radius or step size above 0 and at most `most`, in [0,1] pixel units: a number, or a fraction like 8/255; undefined
 * if the option is absent. Throws `UsageError`, which asks whether 8/255 was meant by 8.
 */
export function radiusOption(name: string, text: string | undefined, most = 1): number | undefined {
  if (text === undefined) return undefined;
  const [above, below = '1', ...rest] = text.split('/');
  const value = Number(above.trim() || NaN) / Number(below.trim() || NaN);
  if (rest.length > 0 || !(value > 0) || !Number.isFinite(value))
    throw new UsageError(`--${name} must be a number above 0 or a fraction like 8/255, not "${text}".`);
  const wrong = aboveRange(value, most);
  if (wrong) throw new UsageError(`--${name} ${wrong}`);
  return value;
}

/**
 * Runs a command, with relaxed SIMD if Node has it and it is not switched off. An error prints its message and sets the
 * exit code: 2 for `UsageError`, 1 for others.
 */
export async function runCommand(main: () => Promise<number>): Promise<void> {
  try {
    chooseRelaxedSimd(!process.argv.includes(`--${NO_RELAXED_SIMD}`) && process.env[RELAXED_SIMD] !== 'off');
    process.exitCode = await main();
  } catch (error) {
    console.error(errorMessage(error));
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/** 3725 -> `1 h 02 min`, 75 -> `1 min 15 s`. */
export function formatSeconds(seconds: number): string {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${String(s % 60).padStart(2, '0')} s`;
  return `${Math.floor(s / 3600)} h ${String(Math.floor((s % 3600) / 60)).padStart(2, '0')} min`;
}
