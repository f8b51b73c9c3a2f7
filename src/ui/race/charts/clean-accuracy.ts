import { curveChart } from '../../charts/chart.tsx';
import { accuracyFrame, CLEAN } from './accuracy.ts';

export const cleanAccuracy = curveChart('clean-accuracy', CLEAN, (view) =>
  accuracyFrame(view, 'Clean accuracy'),
);
