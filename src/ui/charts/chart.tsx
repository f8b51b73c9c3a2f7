/** A chart of what a race has measured, as the lists of a section hold it: ui/race/charts.ts, ui/why/charts.ts. */
import type { ComponentType } from 'react';
import type { RaceResult } from '../../core/result/results.ts';
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
  readonly series: (view: RaceResult) => Series[];
}

/** `of`: the curve, or how it follows from the settings; the same settings must give the same object. */
export function curveChart<T>(
  id: string,
  of: Curve<T> | ((config: RaceResult['config']) => Curve<T>),
  frame: CurveChart['frame'],
): CurveChart {
  const curve = ({ config }: RaceResult) => (typeof of === 'function' ? of(config) : of);
  return {
    id,
    frame,
    series: (view) => seriesOf(view.runs, curve(view)),
    Draw: ({ view }) => <SeriesChart {...frame(view)} runs={view.runs} curve={curve(view)} />,
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
