import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PRESETS } from '../experiments/presets.ts';
import { plansOf } from './race.ts';
import { patienceFor, Watchdog } from './watchdog.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A watchdog over a worker that answers each question with what `work` returns, or not where that is undefined. */
function watching(work: () => number | null | undefined) {
  const given: string[] = [];
  const dog: Watchdog = new Watchdog(
    () => {
      const answer = work();
      if (answer !== undefined) dog.answered(answer);
    },
    (why) => given.push(why),
    1000,
  );
  dog.patienceMs = 10_000;
  dog.start();
  return { dog, given };
}

test.each([
  ['no longer answers', () => undefined],
  ['answers, but does no more work', () => 7],
])('given a worker that %s, then it is given up once, after its patience and not before', (_, work) => {
  const { given } = watching(work);
  vi.advanceTimersByTime(10_000);
  expect(given).toEqual([]);
  vi.advanceTimersByTime(60_000);
  expect(given).toEqual([expect.stringMatching(/^it made no progress for 1\d s$/)]);
});

test.each([
  ['works on', () => Date.now()],
  ['waits to be told what to do', () => null],
])('given a worker that %s, then it is never given up', (_, work) => {
  const { given } = watching(work);
  vi.advanceTimersByTime(600_000);
  expect(given).toEqual([]);
});

test('given a computer that sleeps for an hour, then the worker is not given up', () => {
  const { given } = watching(() => undefined);
  vi.advanceTimersByTime(5000);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(3000);
  expect(given).toEqual([]);
});

test('given larger networks, batches or attacks, then the worker may be silent for longer, and never for less than a minute', () => {
  const patience = (more: object) => patienceFor(plansOf({ ...PRESETS.quick, ...more })[0]);
  const { network, attack, optimiser } = PRESETS.quick;
  const least = patience({ optimiser: { ...optimiser, batchSize: 1 }, network: { ...network, width: 2 } });
  expect(least).toBeGreaterThanOrEqual(60_000);
  expect(patience({ network: { ...network, width: 64 } })).toBeGreaterThan(patience({}));
  expect(patience({ optimiser: { ...optimiser, batchSize: 1024 } })).toBeGreaterThan(patience({}));
  expect(patience({ attack: { ...attack, steps: 100 } })).toBeGreaterThan(patience({}));
  expect(patience({})).toBeLessThan(300_000);
});
