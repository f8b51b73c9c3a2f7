/** A chart of a BatchNorm distance over the epochs. Points whose `distance` is null are left out. */
import { mostEpochs } from '../../../core/experiments/epochs.ts';
import type { BnPoint } from '../../../core/result/results.ts';
import { curveChart } from '../../charts/chart.tsx';
import type { CurveChart } from '../../charts/chart.tsx';
import { distanceNote } from '../notes.ts';

export function bnChart(
  id: string,
  title: string,
  distance: (point: BnPoint) => number | null,
  note = distanceNote,
): CurveChart {
  return curveChart<BnPoint>(
    id,
    {
      points: (run) => run.bn.filter((point) => distance(point) !== null),
      x: (point) => point.epoch,
      y: (point) => distance(point)!,
    },
    ({ config }) => ({
      title,
      unit: 'Distance',
      xUnit: 'epoch',
      domain: { atLeast: 0.05 },
      digits: 3,
      markers: true,
      note: note(config),
      xMax: mostEpochs(config),
    }),
  );
}
