/** Distance between the running statistics of split BatchNorm's two sets. */
import { meanRunningDistance } from '../../../core/result/bn-distance.ts';
import { setsNote } from '../notes.ts';
import { bnChart } from './bn-curve.ts';

export const setDistance = bnChart(
  'set-distance',
  'Clean set against adv set, running statistics',
  meanRunningDistance,
  setsNote,
);
