/**
 * Fuzz tests: seeded, counted, short in `npm test`, as long as wanted by hand.
 *   ARAT_FUZZ=20000 npm run test:fuzz [-- part of a file's name]
 * A test lies in a `*.fuzz.test.ts` file beside what it tests and is declared by `fuzz` in place of `it`. Without
 * ARAT_FUZZ it runs its `short` number of cases from a fixed seed; with it that many, from ARAT_FUZZ_SEED or a seed of
 * its own. A failure prints the smallest case that fast-check finds, and the command that runs it again.
 */
import { performance } from 'node:perf_hooks';
import fc from 'fast-check';
import { it } from 'vitest';
import { errorMessage } from '../error-message.ts';

/** Cases in place of each test's `short`; null without ARAT_FUZZ. */
const COUNT = wholeNumber('ARAT_FUZZ');
/** Of every test in this process. Fixed in CI, so that a run there can be repeated. */
const SEED = wholeNumber('ARAT_FUZZ_SEED') ?? (COUNT === null ? 20_260_101 : Date.now() % 2 ** 31);
/** A case that takes longer is a hang. Processor time, so that a busy machine is none. */
const HANG_MS = 1000;
/** A case that waits for something that never comes, on the clock. */
const WAIT_MS = 20_000;

function wholeNumber(name: string): number | null {
  const text = process.env[name];
  if (text === undefined || text === '') return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${name} must be a whole number from 1.`);
  return value;
}

/** What became of a case, e.g. `refused` or `unchanged`: counted and printed. Throws (or rejects) on a fault. */
export type Outcome = string;

export interface FuzzOptions {
  /** Cases in `npm test`. */
  readonly short: number;
  /** Outcomes that have to occur: a test in which every case is refused early tests little. */
  readonly reaches?: readonly Outcome[];
}

/**
 * Declares a fuzz test: `check` gets cases from `cases` and says what became of each. It throws where the code under
 * test did what it must not: an error of the wrong class, figures other than those sent. A crash and a hang are
 * noticed here.
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
  /** Processor time of a case that is called a hang; default 1 s. */
  readonly hangMs?: number;
}

/**
 * What `fuzz` does in its test: resolves with a line that counts the outcomes, rejects with the smallest failing case.
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
 * The outcome of `run`, an error when it hangs. A slow case is tried twice more: compilation and garbage collection
 * are not its fault.
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
 * Copies of `bytes` damaged as storage and networks do: bits flipped, bytes overwritten, cut out, put in, doubled, the
 * end lost.
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
