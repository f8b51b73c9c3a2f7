import { conflictChance } from '../../../core/result/conflict-mean.ts';
import type { RaceResult } from '../../../core/result/results.ts';
import type { ChartFrame } from '../../charts/chart.tsx';
import { curveChart } from '../../charts/chart.tsx';
import { conflictNote } from '../notes.ts';
import { conflictCurve, stepAxis } from './conflict.ts';

const RATIO = conflictCurve((p) => 100 * p.ratio);

/** Reference lines at the conflict ratio of unrelated gradients, one per distinct value; `y` is the highest. */
export function chanceLine({ runs, config }: RaceResult): ChartFrame['reference'] {
  const levels = runs.flatMap((run) => {
    const chance = conflictChance(run, config);
    return chance === null ? [] : [Number((100 * chance).toFixed(1))];
  });
  const [highest, ...others] = [...new Set(levels)].sort((a, b) => b - a);
  if (highest === undefined) return undefined;
  const lowest = others.at(-1);
  const range = lowest === undefined ? highest.toFixed(1) : `${lowest.toFixed(1)} to ${highest.toFixed(1)}`;
  return { y: highest, label: `chance: ${range} %`, ...(others.length > 0 && { others }) };
}

export const conflictRatio = curveChart('conflict-ratio', RATIO, (view) => ({
  title: 'Conflict ratio: weights pulled both ways',
  unit: 'Share (%)',
  ...stepAxis(view),
  note: conflictNote(view.config),
  domain: [0, 100],
  reference: chanceLine(view),
}));
