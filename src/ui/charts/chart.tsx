/** A chart of what a race has measured, as the lists of a section hold it: ui/race/charts.ts, ui/why/charts.ts. */
import type { ComponentType } from 'react';
import type { RaceResult, RunResult } from '../../core/result/results.ts';
import { seriesOf, type Curve, type Series } from './series.ts';
import { SeriesChart, type SeriesChartProps } from './SeriesChart.tsx';

/** Title, unit, axes: everything but the lines. */
export type ChartFrame = Omit<SeriesChartProps<unknown>, 'runs' | 'curve'>;

export interface Chart {
  readonly id: string;
  readonly Draw: ComponentType<{ readonly view: RaceResult }>;
}

/** A line per contestant over epochs or steps. */
export interface CurveChart extends Chart {
  readonly frame: (view: RaceResult) => ChartFrame;
  readonly series: (runs: readonly RunResult[]) => Series[];
}

export function curveChart<T>(id: string, curve: Curve<T>, frame: CurveChart['frame']): CurveChart {
  return {
    id,
    frame,
    series: (runs) => seriesOf(runs, curve),
    Draw: ({ view }) => <SeriesChart {...frame(view)} runs={view.runs} curve={curve} />,
  };
}

/** The charts of a list side by side, as many in a row as there is room for. */
export function ChartGrid({
  charts,
  view,
}: {
  readonly charts: readonly Chart[];
  readonly view: RaceResult;
}) {
  return (
    <div className="chart-grid">
      {charts.map(({ id, Draw }) => (
        <Draw key={id} view={view} />
      ))}
    </div>
  );
}
