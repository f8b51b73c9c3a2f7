/**
 * Tests that inject a fault at a randomly drawn place.
 *   ARAT_FAULTS=100 npm run test:faults [-- part of a file's name]
 * ARAT_FAULTS is the number of cases of each test; without it, as in `npm test`, a test runs its own small number.
 * ARAT_FAULTS_SEED is the seed; without it, the seed is fixed, or taken from the clock if ARAT_FAULTS is set.
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { it } from 'vitest';

const COUNT = wholeNumber('ARAT_FAULTS');
const SEED = wholeNumber('ARAT_FAULTS_SEED') ?? (COUNT === null ? 20_260_101 : Date.now() % 2 ** 31);

/** The environment variable `name`, null if unset or empty. Throws `Error` unless it is a whole number from 1. */
function wholeNumber(name: string): number | null {
  const text = process.env[name];
  if (text === undefined || text === '') return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${name} must be a whole number from 1.`);
  return value;
}

/**
 * Draws one of `places`; throws `Error` if there are none. In every second case the first draw is from the second half
 * of the places, so that a few cases reach both halves.
 */
export type Pick = <T>(places: readonly T[]) => T;

/**
 * Declares a test that calls `check` once for each case: `short` cases unless ARAT_FAULTS is set. The draws depend only
 * on the seed and the case. `check` resolves with the case's outcome, e.g. `resumed`; the outcomes are counted and
 * printed. The test fails if a check rejects or if an outcome in `reaches` does not occur.
 */
export function drawn(
  title: string,
  short: number,
  check: (pick: Pick) => Promise<string>,
  reaches: readonly string[] = [],
): void {
  const cases = COUNT ?? short;
  it(title, { timeout: 180_000 + 30_000 * cases }, async () => {
    const outcomes = new Map<string, number>();
    for (let i = 0; i < cases; i++) {
      const random = xoroshiro128plus(SEED + i);
      const picked: unknown[] = [];
      let next = 0;
      const pick: Pick = (places) => {
        if (places.length === 0) throw new Error('There is no place to pick from.');
        const from = next++ === 0 && i % 2 === 1 ? Math.floor(places.length / 2) : 0;
        const place = places[uniformInt(random, from, places.length - 1)];
        picked.push(place);
        return place;
      };
      try {
        const outcome = await check(pick);
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      } catch (error) {
        const again = `ARAT_FAULTS=${i + 1} ARAT_FAULTS_SEED=${SEED} npm run test:faults`;
        console.error(
          `${title}: case ${i + 1} failed with ${JSON.stringify(picked)}. To run it again: ${again}`,
        );
        throw error;
      }
    }
    const counts = [...outcomes].map(([outcome, n]) => `${n} ${outcome}`).join(', ');
    console.log(`faults: ${title}: ${cases} cases, seed ${SEED}: ${counts}`);
    const missing = reaches.filter((outcome) => !outcomes.has(outcome));
    if (missing.length > 0) throw new Error(`No case ended in: ${missing.join(', ')}.`);
  });
}
