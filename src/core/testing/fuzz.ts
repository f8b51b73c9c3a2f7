/**
 * Fuzz tests with seeded random cases. A test is declared by `fuzz` instead of `it`, in a `*.fuzz.test.ts` file beside
 * the code that it tests.
 *   ARAT_FUZZ=20000 npm run test:fuzz [-- part of a file's name]
 * ARAT_FUZZ is the number of cases of each test; without it, as in `npm test`, a test runs its own small number.
 * ARAT_FUZZ_SEED is the seed; without it, the seed is fixed, or taken from the clock if ARAT_FUZZ is set. A failure
 * prints the smallest failing case that fast-check finds and the command that runs it again.
 */
import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { it } from 'vitest';
import { errorMessage } from '../error-message.ts';

/** The number of cases that replaces each test's `short`; null if ARAT_FUZZ is not set. */
const COUNT = wholeNumber('ARAT_FUZZ');
/** The seed of all fuzz tests in this process. Fixed by default, so that a failure in CI can be repeated. */
const SEED = wholeNumber('ARAT_FUZZ_SEED') ?? (COUNT === null ? 20_260_101 : Date.now() % 2 ** 31);
/** A case that uses more processor time is a hang. Elapsed time would also count waiting for a busy machine. */
const HANG_MS = 1000;
/** A case that takes longer on the clock is a hang, because it waits for something that does not happen. */
const WAIT_MS = 20_000;

/** The environment variable `name`, null if unset or empty. Throws `Error` unless it is a whole number from 1. */
function wholeNumber(name: string): number | null {
  const text = process.env[name];
  if (text === undefined || text === '') return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${name} must be a whole number from 1.`);
  return value;
}

/** How a case ended, in a word such as `refused` or `unchanged`. Outcomes are counted and printed. */
export type Outcome = string;

export interface FuzzOptions {
  /** Number of cases in `npm test`. */
  readonly short: number;
  /** Outcomes that must occur, because a test in which every case is refused early tests little. */
  readonly reaches?: readonly Outcome[];
}

/**
 * Declares a fuzz test. `check` runs the code under test on a case and returns the outcome. It throws or rejects if the
 * code is at fault, for example if an error has the wrong class or figures differ from those in the input. A case that
 * hangs also fails the test.
 */
export function fuzz<T>(
  title: string,
  cases: fc.Arbitrary<T>,
  check: (value: T) => Outcome | Promise<Outcome>,
  { short, reaches = [] }: FuzzOptions,
): void {
  const run = { runs: COUNT ?? short, seed: SEED, reaches };
  it(title, { timeout: Math.max(180_000, run.runs * 200) }, async () => {
    console.log(`fuzz: ${await runCases(title, cases, check, run)}`);
  });
}

export interface CasesOptions {
  readonly runs: number;
  readonly seed: number;
  readonly reaches?: readonly Outcome[];
  /** Processor time in milliseconds above which a case is a hang; default 1,000. */
  readonly hangMs?: number;
}

/**
 * Runs the cases of a fuzz test. Resolves with a line that counts the outcomes. Rejects with the smallest failing case
 * and the command that repeats it, or with the outcomes of `reaches` that did not occur.
 */
export async function runCases<T>(
  title: string,
  cases: fc.Arbitrary<T>,
  check: (value: T) => Outcome | Promise<Outcome>,
  { runs, seed, reaches = [], hangMs = HANG_MS }: CasesOptions,
): Promise<string> {
  const outcomes = new Map<Outcome, number>();
  const property = fc.asyncProperty(cases, async (value) => {
    const outcome = await watched(() => check(value), hangMs);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  });
  const details = await fc.check(property, { seed, numRuns: runs });
  if (details.failed) {
    const pattern = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const again = `ARAT_FUZZ=${runs} ARAT_FUZZ_SEED=${seed} npm run test:fuzz -- -t "${pattern}"`;
    const report = fc.defaultReportMessage(details);
    throw new Error(`${errorMessage(details.errorInstance)}\n${report}\nTo run it again: ${again}`, {
      cause: details.errorInstance,
    });
  }
  const unreached = reaches.filter((outcome) => !outcomes.has(outcome));
  if (unreached.length > 0) throw new Error(`no case ended in: ${unreached.join(', ')}`);
  const counts = [...outcomes].map(([outcome, n]) => `${n} ${outcome}`).join(', ');
  return `${title}: ${runs} cases, seed ${seed}: ${counts}`;
}

/**
 * The outcome of `run`. Rejects if it hangs. A case over the limit of processor time is repeated up to twice, because
 * the first time may include compilation or garbage collection.
 */
async function watched(run: () => Outcome | Promise<Outcome>, hangMs: number): Promise<Outcome> {
  for (let attempt = 1; ; attempt++) {
    const before = process.cpuUsage();
    const outcome = await withinWait(run);
    const { user, system } = process.cpuUsage(before);
    const ms = (user + system) / 1000;
    if (ms <= hangMs) return outcome;
    if (attempt === 3) throw new Error(`the case took ${Math.round(ms)} ms of processor time: a hang`);
  }
}

/** The outcome of `run`. Rejects if it takes longer than WAIT_MS. */
async function withinWait(run: () => Outcome | Promise<Outcome>): Promise<Outcome> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const started = performance.now();
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const seconds = ((performance.now() - started) / 1000).toFixed(0);
      reject(new Error(`the case did not end within ${seconds} s: a hang`));
    }, WAIT_MS);
  });
  try {
    return await Promise.race([run(), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Copies of `bytes` with one to four damages as storage and networks cause: a bit flipped, a byte overwritten, bytes
 * cut out, inserted or repeated, or the end lost. `bytes` is not changed.
 */
export function damaged(bytes: Uint8Array): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const at = fc.nat(Math.max(0, bytes.length - 1));
  const edit = fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at, value: fc.nat(7) }),
    fc.record({ kind: fc.constant('set' as const), at, value: fc.nat(255) }),
    fc.record({ kind: fc.constant('cut' as const), at, value: fc.nat(64) }),
    fc.record({ kind: fc.constant('put' as const), at, value: fc.nat(64) }),
    fc.record({ kind: fc.constant('double' as const), at, value: fc.nat(64) }),
    fc.record({ kind: fc.constant('end' as const), at, value: fc.constant(0) }),
  );
  return fc.array(edit, { minLength: 1, maxLength: 4 }).map((edits) => {
    let out = Uint8Array.from(bytes);
    for (const { kind, at, value } of edits) {
      if (kind === 'flip') out[at] ^= 1 << value;
      else if (kind === 'set') out[at] = value;
      else if (kind === 'cut') out = joined(out.subarray(0, at), out.subarray(at + value));
      else if (kind === 'put')
        out = joined(out.subarray(0, at), new Uint8Array(value).fill(value), out.subarray(at));
      else if (kind === 'double') out = joined(out.subarray(0, at + value), out.subarray(at));
      else out = out.slice(0, at);
    }
    return out;
  });
}

function joined(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
