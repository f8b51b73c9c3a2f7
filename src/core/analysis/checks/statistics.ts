import type { Check } from './types.ts';

export const statistics: Check = {
  id: 'statistics',
  title: 'Statistics untouched',
  why: 'Evaluation must not train: running BatchNorm statistics that move under attack make a later figure depend on an earlier one.',
  run: ({ statisticsChange }) =>
    statisticsChange > 0
      ? `Running BatchNorm statistics changed by up to ${statisticsChange.toExponential(1)} during the report.`
      : null,
};
