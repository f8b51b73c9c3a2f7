import { curveChart } from '../../charts/chart.tsx';
import { accuracyFrame, ROBUST } from './accuracy.ts';

export const robustAccuracy = curveChart('robust-accuracy', ROBUST, (view) => {
  const { evaluation, attack } = view.config;
  const title = `Robust accuracy (PGD-${evaluation.steps}, ε ${Math.round(attack.eps * 255)}/255)`;
  return accuracyFrame(view, title);
});
