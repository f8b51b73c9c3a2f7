import { curveChart } from '../../charts/chart.tsx';
import { accuracyCurve, accuracyFrame } from './accuracy.ts';

export const cleanAccuracy = curveChart(
  'clean-accuracy',
  (config) => accuracyCurve('clean', config),
  (view) => accuracyFrame(view, 'Clean accuracy'),
);
