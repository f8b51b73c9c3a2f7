import { in255 } from '../../shared/format.ts';
import { curveChart } from '../../charts/chart.tsx';
import { accuracyCurve, accuracyFrame } from './accuracy.ts';

export const robustAccuracy = curveChart(
  'robust-accuracy',
  (config) => accuracyCurve('robust', config),
  (view) => {
    const { evaluation, attack } = view.config;
    return accuracyFrame(view, `Robust accuracy (PGD-${evaluation.steps}, ε ${in255(attack.eps)})`);
  },
);
