import { curveChart } from '../../charts/chart.tsx';
import { conflictNote } from '../notes.ts';
import { conflictCurve, stepAxis } from './conflict.ts';

const COSINE = conflictCurve((p) => p.cosine);

export const gradientCosine = curveChart('gradient-cosine', COSINE, (view) => ({
  title: 'Gradient cosine',
  unit: 'Cosine',
  ...stepAxis(view),
  note: conflictNote(view.config),
  domain: [-1, 1],
  digits: 3,
  reference: { y: 0, label: 'unrelated' },
}));
