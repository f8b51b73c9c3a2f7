import { curveChart } from '../../charts/chart.tsx';
import { conflictCurve, stepAxis } from './conflict.ts';

const RATIO = conflictCurve((p) => 100 * p.ratio);

export const conflictRatio = curveChart('conflict-ratio', RATIO, (view) => ({
  title: 'Conflict ratio: weights pulled both ways',
  unit: 'Share (%)',
  ...stepAxis(view),
  domain: [0, 100],
  reference: { y: 50, label: 'chance' },
}));
