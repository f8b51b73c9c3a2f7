/** Distance between the features of clean and adversarial images, which the invariance term reduces. */
import { mostEpochs } from '../../../core/experiments/epochs.ts';
import { curveChart } from '../../charts/chart.tsx';
import type { Curve } from '../../charts/series.ts';
import { distanceNote } from '../notes.ts';
import type { EpochPoint } from '../../../core/result/results.ts';

const DISTANCE: Curve<EpochPoint> = {
  points: (run) => run.curves.filter((p) => p.featureDistance !== undefined),
  x: (p) => p.epoch,
  y: (p) => p.featureDistance!,
};

export const featureDistance = curveChart(
  'feature-distance',
  DISTANCE,
  ({ config }) => ({
    title: 'Distance of the features z and z′',
    unit: '1 − cosine',
    xUnit: 'epoch',
    domain: { atLeast: 0.05 },
    digits: 3,
    markers: true,
    note: distanceNote(config),
    xMax: mostEpochs(config),
  }),
  ({ runs }) => runs.some((run) => run.curves.some((p) => p.featureDistance !== undefined)),
);
