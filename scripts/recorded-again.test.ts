/**
 * Computes a recorded run again to its end: the same seed, settings and arithmetic give the recorded numbers. The other
 * methods' numbers on a smaller race are in src/cli/digests.json.
 */
import { describe, expect, test } from 'vitest';
import { loadData } from '../src/cli/experiment-data.ts';
import { initialiseBackend } from '../src/core/backend/backend.ts';
import { chooseRelaxedSimd } from '../src/core/backend/node-arithmetic.ts';
import { Race } from '../src/core/race/race.ts';
import type { RunResult } from '../src/core/result/results.ts';
import { readResult } from './read-result.ts';
import { roundedResult } from './rounded-result.ts';

const recorded = await readResult('public/recorded/quick-race.json');
chooseRelaxedSimd(recorded.arithmetic === 'wasm-fused');
const { backend, device, arithmetic } = await initialiseBackend('wasm');
const same = arithmetic === recorded.arithmetic;
if (!same)
  console.warn(
    `Recorded runs are not computed again: they were computed with ${recorded.arithmetic}, and this machine computes with ${arithmetic}.`,
  );

/** Less than a minute on an idle core; a busy machine takes many times as long. */
const PATIENCE = 600_000;

/** The run alone, with the recorded settings, in the recording's form. */
async function again({ label, seed = recorded.config.seed }: RunResult): Promise<RunResult> {
  const { config } = recorded;
  const contestants = config.contestants.filter((c) => c.label === label);
  const data = await loadData(config.dataset.source, null);
  const options = { runId: 'again', backend, device, arithmetic, appVersion: '0', emit: () => {} };
  const race = new Race({ ...config, contestants, seed, repeats: 1 }, data, options);
  try {
    return roundedResult(await race.run()).runs[0];
  } finally {
    race.dispose();
  }
}

/** What `computed` has of everything that the recording has, too: some measures are newer than it. */
const measuredAlike = <T extends object>(computed: T, like: T) =>
  Object.fromEntries(Object.keys(like).map((key) => [key, computed[key as keyof T]]));

describe.skipIf(!same)('the race with five seeds, computed again', () => {
  test(
    'given AT with the recorded seed and arithmetic, when trained to its end, then its curve, its final evaluation and the verdict on every image have the recorded digits',
    async () => {
      const run = recorded.runs.find(({ label, seed }) => label === 'AT' && seed === recorded.config.seed)!;
      const { epochs } = recorded.config.optimiser;
      const { curves, final } = await again(run);
      expect(run.curves.map(({ epoch }) => epoch)).toEqual([...Array(epochs + 1).keys()]);
      expect(curves.map((point, i) => measuredAlike(point, run.curves[i]))).toEqual(run.curves);
      expect(Object.keys(run.final!)).toEqual(expect.arrayContaining(['clean', 'robust', 'n', 'verdicts']));
      expect(measuredAlike(final!, run.final!)).toEqual(run.final);
    },
    PATIENCE,
  );
});
