/** Accuracies of a run in per cent, epoch by epoch. */
import type { EpochPoint } from '../../core/result/results.ts';
import type { Curve } from '../charts/series.ts';

const accuracy = (of: (p: EpochPoint) => number): Curve<EpochPoint> => ({
  points: (run) => run.curves,
  x: (p) => p.epoch,
  y: (p) => 100 * of(p),
});

export const CLEAN = accuracy((p) => p.clean);
export const ROBUST = accuracy((p) => p.robust);
