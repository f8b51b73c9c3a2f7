import { curveChart } from '../../charts/chart.tsx';
import { accuracyCurve, accuracyFrame } from './accuracy.ts';

export const cleanAccuracy = curveChart(
  'clean-accuracy',
  (config) => accuracyCurve('clean', config),
  (view) => accuracyFrame(view, accuracyCurve('clean', view.config), 'Clean accuracy'),
);

export const cleanByCompute = curveChart(
  'clean-accuracy-by-compute',
  (config) => accuracyCurve('clean', config, 'flop'),
  (view) =>
    accuracyFrame(view, accuracyCurve('clean', view.config, 'flop'), 'Clean accuracy by compute', 'flop'),
);
