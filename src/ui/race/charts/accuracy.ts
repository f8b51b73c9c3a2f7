/** Accuracies of a run in per cent, epoch by epoch. */
import type { EpochPoint, RaceResult } from '../../../core/result/results.ts';
import type { ChartFrame } from '../../charts/chart.tsx';
import type { Curve } from '../../charts/series.ts';

const accuracy = (of: (p: EpochPoint) => number): Curve<EpochPoint> => ({
  points: (run) => run.curves,
  x: (p) => p.epoch,
  y: (p) => 100 * of(p),
});

export const CLEAN = accuracy((p) => p.clean);
export const ROBUST = accuracy((p) => p.robust);

/** From 0 to 100 % over the epochs of the race, with the accuracy of a guess. */
export const accuracyFrame = ({ config }: RaceResult, title: string): ChartFrame => ({
  title,
  unit: 'Accuracy (%)',
  xUnit: 'epoch',
  domain: [0, 100],
  reference: { y: 100 / config.dataset.classes.length, label: 'chance' },
  markers: true,
  xMax: config.optimiser.epochs,
});
