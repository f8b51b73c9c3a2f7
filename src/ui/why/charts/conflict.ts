/** Gradient conflict of a run at each measured step. */
import type { ConflictPoint, RaceResult } from '../../../core/result/results.ts';
import { evenEnd, type Curve } from '../../charts/series.ts';

export const conflictCurve = (y: Curve<ConflictPoint>['y']): Curve<ConflictPoint> => ({
  points: (run) => run.gradientConflict,
  x: (p) => p.step,
  y,
});

/** The x axis: up to a round number at or above the last measured step. */
export const stepAxis = ({ runs }: RaceResult) => ({
  xUnit: 'step',
  xMax: evenEnd(Math.max(0, ...runs.map((r) => r.gradientConflict.at(-1)?.step ?? 0))),
});
