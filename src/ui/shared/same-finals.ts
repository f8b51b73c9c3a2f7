import type { RunResult } from '../../core/result/results.ts';

type Props = { readonly runs: readonly RunResult[] };

/** For `memo`: whether two lists have the same contestants with the same final evaluations. */
export const sameFinals = (a: Props, b: Props): boolean =>
  a.runs.length === b.runs.length &&
  a.runs.every((run, i) => run.final === b.runs[i].final && run.label === b.runs[i].label);
