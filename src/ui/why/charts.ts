/**
 * The charts of the Why section, in their order on the page. To add a chart of figures that runs already contain, add a
 * file in charts/ and a line here.
 */
import type { Chart } from '../charts/chart.tsx';
import { batchDistance, batchDistanceClean } from './charts/batch-distance.ts';
import { batchStatistics } from './charts/batch-statistics.tsx';
import { conflictRatio } from './charts/conflict-ratio.ts';
import { featureDistance } from './charts/feature-distance.ts';
import { gradientCosine } from './charts/gradient-cosine.ts';
import { setDistance } from './charts/set-distance.ts';

export const CONFLICT_CHARTS: readonly Chart[] = [gradientCosine, conflictRatio];
/** The loss terms' charts come after these: `lossTermCharts`, one for each term of the race. */
export const FEATURE_CHARTS: readonly Chart[] = [featureDistance];
export const BATCH_NORM_CHARTS: readonly Chart[] = [
  batchDistance,
  batchDistanceClean,
  setDistance,
  batchStatistics,
];
