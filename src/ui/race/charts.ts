/**
 * The charts of the Race section, in their order on the page. To add a chart of figures that runs already contain, add
 * a file in charts/ and a line here.
 */
import type { Chart } from '../charts/chart.tsx';
import { cleanAccuracy } from './charts/clean-accuracy.ts';
import { robustAccuracy } from './charts/robust-accuracy.ts';
import { tradeOff } from './charts/trade-off.tsx';

export const RACE_CHARTS: readonly Chart[] = [cleanAccuracy, robustAccuracy, tradeOff];
