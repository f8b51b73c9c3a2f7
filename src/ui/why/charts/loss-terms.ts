/** Charts of the loss terms over the epochs: one for each term that any contestant of the race reports. */
import { mostEpochs } from '../../../core/experiments/epochs.ts';
import type { EpochPoint, RaceResult } from '../../../core/result/results.ts';
import { curveChart, type CurveChart } from '../../charts/chart.tsx';
import { lossNote } from '../notes.ts';
import { termName } from '../pairs.ts';

/** Charts by term, so that the same term always has the same chart. */
const known = new Map<string, CurveChart>();

/** Terms with the weight `invarianceWeight`. */
const WEIGHTED: readonly string[] = ['invariance', 'distillation'];

/**
 * Points with the term; none if its weight is 0. ARAT reports its invariance term then too, after a predictor that
 * nothing trains.
 */
const valuesOf = (run: RaceResult['runs'][number], term: string): EpochPoint[] =>
  WEIGHTED.includes(term) && run.switches.invarianceWeight === 0
    ? []
    : run.curves.filter((p) => p.terms?.[term] !== undefined);

function termChart(term: string): CurveChart {
  const chart =
    known.get(term) ??
    curveChart<EpochPoint>(
      `term-${term}`,
      { points: (run) => valuesOf(run, term), x: (p) => p.epoch, y: (p) => p.terms![term] },
      (view) => {
        const all = view.runs.flatMap((run) => valuesOf(run, term).map((p) => p.terms![term]));
        const lowest = Math.min(0, ...all);
        return {
          title: `Loss term ${termName(term)}`,
          unit: 'Mean of the epoch',
          xUnit: 'epoch',
          // A term of a visitor's own loss may be negative.
          domain: lowest < 0 ? [lowest, Math.max(0, ...all)] : { atLeast: 0.05 },
          digits: 3,
          markers: true,
          note: lossNote(view.config),
          xMax: mostEpochs(view.config),
        };
      },
    );
  known.set(term, chart);
  return chart;
}

/** In the order in which the terms first occur; terms that no contestant has in its loss are left out. */
export const lossTermCharts = ({ runs }: RaceResult): CurveChart[] =>
  [...new Set(runs.flatMap((run) => run.curves.flatMap((p) => Object.keys(p.terms ?? {}))))]
    .filter((term) => runs.some((run) => valuesOf(run, term).length > 0))
    .map(termChart);
