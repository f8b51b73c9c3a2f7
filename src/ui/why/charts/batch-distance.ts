import type { BnPoint } from '../../../core/result/results.ts';
import { curveChart } from '../../charts/chart.tsx';
import type { Curve } from '../../charts/series.ts';
import { batchDistance as distance } from '../ladder.ts';

const DISTANCE: Curve<BnPoint> = { points: (run) => run.bn, x: (p) => p.epoch, y: distance };

export const batchDistance = curveChart('batch-distance', DISTANCE, ({ config }) => ({
  title: 'Distance of clean and adversarial batches, mean over layers',
  unit: 'Distance',
  xUnit: 'epoch',
  domain: { atLeast: 0.05 },
  digits: 3,
  markers: true,
  xMax: config.optimiser.epochs,
}));
