/** Gradient conflict of a run, step by step. */
import type { ConflictPoint, RaceResult } from '../../../core/result/results.ts';
import { evenEnd, type Curve } from '../../charts/series.ts';

export const conflictCurve = (y: Curve<ConflictPoint>['y']): Curve<ConflictPoint> => ({
  points: (run) => run.gradientConflict,
  x: (p) => p.step,
  y,
});

/** The x axis: up to the last step at which anything was measured. */
export const stepAxis = ({ runs }: RaceResult) => ({
  xUnit: 'step',
  xMax: evenEnd(Math.max(0, ...runs.map((r) => r.gradientConflict.at(-1)?.step ?? 0))),
});
