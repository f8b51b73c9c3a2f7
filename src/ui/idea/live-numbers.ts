/** The numbers of a race under way that the diagram shows. */
import { partsKey, partsOf, type Parts } from '../../core/experiments/parts.ts';
import { meanConflict } from '../../core/result/conflict-mean.ts';
import type { RaceResult } from '../../core/result/results.ts';

export interface LiveNumbers {
  readonly ceAdv?: number;
  readonly ceClean?: number;
  readonly invariance?: number;
  readonly balance?: number;
  /** Between the gradients of the two terms: the mean over the steps measured so far, as in every table. */
  readonly cosine?: number;
}

/** Of the last run of the contestant with these parts; null if the race has none or it has not begun. */
export function liveNumbers({ runs }: Pick<RaceResult, 'runs'>, parts: Parts): LiveNumbers | null {
  const key = partsKey(parts);
  const run = runs.findLast((r) => {
    const own = partsOf(r);
    return own !== null && partsKey(own) === key;
  });
  const point = run?.curves.findLast((p) => p.terms);
  if (!run || !point?.terms) return null;
  const { ceAdv, ceClean, invariance } = point.terms;
  return { ceAdv, ceClean, invariance, balance: point.balance, cosine: meanConflict(run)?.cosine };
}
