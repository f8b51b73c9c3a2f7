import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseRaceResult, parseRaceResultInParts } from './results-schema.ts';
import { oneValueReplaced } from '../testing/value-replaced.ts';

const recorded = parseRaceResult(JSON.parse(readFileSync('src/core/testing/older-result.json', 'utf8')));
/** The recorded result with only the first points of its series. */
const race = () => ({
  ...recorded,
  runs: recorded.runs.map((run) => ({
    ...run,
    curves: run.curves.slice(0, 3),
    gradientConflict: run.gradientConflict.slice(0, 3),
    bn: run.bn.slice(0, 2),
  })),
});
/** A `pause` that counts its calls and does not wait. */
const counter = () => {
  const count = { pauses: 0 };
  return { count, pause: async () => void count.pauses++ };
};
/** The message of the error that `work` throws; empty if it throws none. */
const refusal = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

test('given a result with unknown fields, when validated in parts, then its JSON text equals that of validation at once', async () => {
  const odd = {
    later: 1,
    ...race(),
    runs: race().runs.map(({ label, ...run }) => ({ ...run, newer: [], label })),
  };
  const { count, pause } = counter();
  const inParts = await parseRaceResultInParts(odd, pause);
  expect(JSON.stringify(inParts)).toBe(JSON.stringify(parseRaceResult(odd)));
  expect(JSON.stringify(inParts)).toBe(JSON.stringify(parseRaceResult(race())));
  expect(count.pauses).toBeGreaterThanOrEqual(race().runs.length);
});

test('given a run of 1,000 points, when validated in parts, then pause is called at least five times', async () => {
  const [run] = race().runs;
  const [point] = run.curves;
  const curves = Array.from({ length: 1000 }, (_, epoch) => ({ ...point, epoch }));
  const { count, pause } = counter();
  const result = await parseRaceResultInParts({ ...race(), runs: [{ ...run, curves }] }, pause);
  expect(result.runs[0].curves).toEqual(curves);
  expect(count.pauses).toBeGreaterThanOrEqual(5);
});

test('given a result with one value replaced, when validated in both ways, then both give the same result or the same message', async () => {
  await fc.assert(
    fc.asyncProperty(oneValueReplaced(race()), async (changed) => {
      const expected = refusal(() => parseRaceResult(changed));
      const { pause } = counter();
      const outcome = await parseRaceResultInParts(changed, pause).catch((e: Error) => e.message);
      if (expected === '') expect(outcome).toEqual(parseRaceResult(changed));
      else expect(outcome).toBe(expected);
    }),
    { numRuns: 400 },
  );
});

test('given two runs with one label and seed, a newer version or no object, when validated in parts, then the message is the same', async () => {
  const { pause } = counter();
  const [run] = race().runs;
  for (const wrong of [{ ...race(), runs: [run, run] }, { ...race(), version: 99 }, null, 'text'])
    await expect(parseRaceResultInParts(wrong, pause)).rejects.toThrow(refusal(() => parseRaceResult(wrong)));
});
