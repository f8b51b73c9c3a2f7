/** ARAT against the current combination: means over seeds, and paired differences with their intervals, in words. */
import type { Recorded } from '../../core/result/factorial.ts';
import { accuracyDifference, differenceIn } from '../../core/result/difference.ts';
import { spreadOf } from '../../core/result/spread.ts';
import { differenceWords } from '../race/differences.ts';

export interface ComparisonRow {
  readonly name: string;
  /** Mean over the seeds; `–` if it was not measured. */
  readonly arat: string;
  readonly current: string;
  /** `−5.3 (−8.1 to −2.5)`; `none (−1.9 to +2.2)` where the interval contains 0; empty for ARAT beside itself. */
  readonly difference: string;
}

const mean = (values: readonly number[], digits: number): string =>
  spreadOf(values)?.mean.toFixed(digits).replace('-', '−') ?? '–';

export function comparison(arat: Recorded, current: Recorded): ComparisonRow[] {
  // The page opens with ARAT itself, and bootstrap intervals would keep it waiting.
  const inWords = (difference: () => string): string => (current === arat ? '' : difference());
  const accuracy = (of: 'clean' | 'robust', name: string): ComparisonRow => {
    const values = ({ runs }: Recorded) => runs.flatMap((r) => (r.final ? [100 * r.final[of]] : []));
    return {
      name,
      arat: mean(values(arat), 1),
      current: mean(values(current), 1),
      difference: inWords(() => differenceWords(accuracyDifference(current.runs, arat.runs, of))),
    };
  };
  const cosines = ({ runs }: Recorded) => runs.flatMap((r) => r.cosine ?? []);
  const cosine = () => differenceIn(current.runs, arat.runs, (run) => run.cosine);
  return [
    accuracy('clean', 'clean %'),
    accuracy('robust', 'robust %'),
    {
      name: 'gradient cosine',
      arat: mean(cosines(arat), 2),
      current: mean(cosines(current), 2),
      difference: inWords(() => differenceWords(cosine(), 1, 2)),
    },
  ];
}
