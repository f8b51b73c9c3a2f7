/**
 * The charts of the race section, in their order. A new one of what is measured already is a file in charts/ and a
 * line here.
 */
import type { Chart } from '../charts/chart.tsx';
import { cleanAccuracy } from './charts/clean-accuracy.ts';
import { robustAccuracy } from './charts/robust-accuracy.ts';
import { tradeOff } from './charts/trade-off.tsx';

export const RACE_CHARTS: readonly Chart[] = [cleanAccuracy, robustAccuracy, tradeOff];
