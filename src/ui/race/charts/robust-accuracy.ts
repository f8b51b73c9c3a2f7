import type { RaceResult } from '../../../core/result/results.ts';
import { in255 } from '../../shared/format.ts';
import { curveChart } from '../../charts/chart.tsx';
import { accuracyCurve, accuracyFrame } from './accuracy.ts';

const attackWords = ({ config: { evaluation, attack } }: RaceResult): string =>
  `(PGD-${evaluation.steps}, ε ${in255(attack.eps)})`;

export const robustAccuracy = curveChart(
  'robust-accuracy',
  (config) => accuracyCurve('robust', config),
  (view) => accuracyFrame(view, accuracyCurve('robust', view.config), `Robust accuracy ${attackWords(view)}`),
);

export const robustByCompute = curveChart(
  'robust-accuracy-by-compute',
  (config) => accuracyCurve('robust', config, 'flop'),
  (view) =>
    accuracyFrame(
      view,
      accuracyCurve('robust', view.config, 'flop'),
      `Robust accuracy by compute ${attackWords(view)}`,
      'flop',
    ),
);
