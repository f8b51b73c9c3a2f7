/**
 * Fault tests whose place is drawn: short in `npm test`, as long as wanted by hand.
 *   ARAT_FAULTS=100 npm run test:faults [-- part of a file's name]
 * Without ARAT_FAULTS a test draws its `short` number of cases from a fixed seed; with it that many, from
 * ARAT_FAULTS_SEED or a seed of its own.
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { it } from 'vitest';

const COUNT = wholeNumber('ARAT_FAULTS');
const SEED = wholeNumber('ARAT_FAULTS_SEED') ?? (COUNT === null ? 20_260_101 : Date.now() % 2 ** 31);

function wholeNumber(name: string): number | null {
  const text = process.env[name];
  if (text === undefined || text === '') return null;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`${name} must be a whole number from 1.`);
  return value;
}

/**
 * One of `places`; throws where there is none. The first pick of each second case is from the later half: few cases
 * reach both.
 */
export type Pick = <T>(places: readonly T[]) => T;

/**
 * Declares a test that does `check` once per case. What `check` picks depends on the case alone. It resolves with what
 * became of the case, e.g. `resumed`: counted and printed, and each of `reaches` has to occur.
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
