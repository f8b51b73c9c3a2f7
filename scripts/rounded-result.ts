/** A result as the page's recorded runs have it: smaller than the original, and not to be told from it in any chart. */
import { parseRaceResult } from '../src/core/result/results-schema.ts';
import type { RaceResult } from '../src/core/result/results.ts';

const DIGITS = 5;

/**
 * `result` with its numbers to five significant digits, which is more than any chart shows, and of BatchNorm's
 * statistics by channel those of the last epoch, which are those shown: a sixth of the size. The config is not rounded,
 * because a rounded eps would differ from 8/255.
 */
export function roundedResult(result: RaceResult): RaceResult {
  const NONE = { mean: [], std: [] };
  const runs = result.runs.map((run) => ({
    ...run,
    bn: run.bn.map((point, i) => ({
      ...point,
      layers: point.layers.map((l) => (i < run.bn.length - 1 ? { ...l, clean: NONE, adv: NONE } : l)),
    })),
  }));
  const short = JSON.stringify({ ...result, runs }, (_, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value,
  );
  return parseRaceResult({ ...(JSON.parse(short) as object), config: result.config });
}
