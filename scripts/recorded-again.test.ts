/** Computes the beginning of recorded runs again: the same seed, settings and arithmetic give the recorded numbers. */
import { describe, expect, test } from 'vitest';
import { loadData } from '../src/cli/experiment-data.ts';
import { initialiseBackend } from '../src/core/backend/backend.ts';
import { chooseRelaxedSimd } from '../src/core/backend/node-arithmetic.ts';
import type { Dataset } from '../src/core/data/dataset.ts';
import { Race } from '../src/core/race/race.ts';
import type { EpochPoint, RaceResult } from '../src/core/result/results.ts';
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

/** Read once for all tests. */
let data: Promise<Dataset> | undefined;
/** Ten seconds on an idle core; a busy machine takes many times as long. */
const PATIENCE = 600_000;

/** The result of `label` alone with the recorded settings, stopped once it is through `epochs` epochs. */
async function again(label: string, data: Dataset, epochs: number): Promise<RaceResult> {
  const contestants = recorded.config.contestants.filter((c) => c.label === label);
  const config = { ...recorded.config, contestants, repeats: 1 };
  const race: Race = new Race(config, data, {
    runId: 'again',
    backend,
    device,
    arithmetic,
    appVersion: '0',
    emit: (event) => {
      if (event.type === 'epoch' && event.point.epoch === epochs) race.control.stop();
    },
  });
  try {
    return roundedResult(await race.run());
  } finally {
    race.dispose();
  }
}

/** The values of `point` that the recording has, too: some measures are newer than it. */
const measuredAlike = (point: EpochPoint, like: EpochPoint) =>
  Object.fromEntries(Object.keys(like).map((key) => [key, point[key as keyof EpochPoint]]));

describe.skipIf(!same)('the race with five seeds, computed again', () => {
  test.each(['AT', 'ARAT'])(
    'given %s with the recorded seed and arithmetic, when trained for an epoch, then its curve and gradient conflict have the recorded digits',
    async (label) => {
      const epochs = 1;
      const run = recorded.runs.find((r) => r.label === label && r.seed === recorded.config.seed)!;
      data ??= loadData(recorded.config.dataset.source, null);
      const computed = (await again(label, await data, epochs)).runs[0];
      const points = run.curves.slice(0, epochs + 1);
      expect(points.map(({ epoch }) => epoch)).toEqual([...Array(epochs + 1).keys()]);
      expect(computed.curves.map((point, i) => measuredAlike(point, points[i]))).toEqual(points);
      const { step } = points.at(-1)!;
      const conflicts = run.gradientConflict.filter((point) => point.step < step);
      expect(conflicts.length > 0).toBe(label !== 'AT');
      expect(computed.gradientConflict).toEqual(conflicts);
    },
    PATIENCE,
  );
});
