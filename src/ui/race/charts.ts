/**
 * The charts of the Race section, in their order on the page. To add a chart of figures that runs already contain, add
 * a file in charts/ and a line here.
 */
import type { Chart } from '../charts/chart.tsx';
import { cleanAccuracy, cleanByCompute } from './charts/clean-accuracy.ts';
import { robustAccuracy, robustByCompute } from './charts/robust-accuracy.ts';
import { trainingAccuracy } from './charts/training-accuracy.ts';
import { tradeOff } from './charts/trade-off.tsx';

export const RACE_CHARTS: readonly Chart[] = [cleanAccuracy, robustAccuracy, tradeOff, trainingAccuracy];
/** The same with the FLOP of training on the x axis of the learning curves. */
export const COMPUTE_CHARTS: readonly Chart[] = [cleanByCompute, robustByCompute, tradeOff, trainingAccuracy];
