/** The type of a section's charts; ui/race/charts.ts and ui/why/charts.ts list them. */
import type { ComponentType, CSSProperties } from 'react';
import type { RaceResult } from '../../core/result/results.ts';
import { seriesOf, type Curve, type Series } from './series.ts';
import { SeriesChart, type SeriesChartProps } from './SeriesChart.tsx';

/** Title, unit and axes: the props of a chart except its data. */
export type ChartFrame = Omit<SeriesChartProps<unknown>, 'runs' | 'curve'>;

export interface Chart {
  readonly id: string;
  /** Whether the race has what the chart draws; a chart without it is always shown. */
  readonly isMeasured?: (view: RaceResult) => boolean;
  readonly Draw: ComponentType<{ readonly view: RaceResult }>;
}

/** A line per contestant over epochs or steps. */
export interface CurveChart extends Chart {
  readonly frame: (view: RaceResult) => ChartFrame;
  readonly series: (view: RaceResult) => Series[];
}

/** `of`: the curve, or a function from the settings to it that returns the same object for equal settings. */
export function curveChart<T>(
  id: string,
  of: Curve<T> | ((config: RaceResult['config']) => Curve<T>),
  frame: CurveChart['frame'],
  isMeasured?: Chart['isMeasured'],
): CurveChart {
  const curve = ({ config }: RaceResult) => (typeof of === 'function' ? of(config) : of);
  return {
    id,
    ...(isMeasured && { isMeasured }),
    frame,
    series: (view) => seriesOf(view.runs, curve(view)),
    Draw: ({ view }) => <SeriesChart {...frame(view)} runs={view.runs} curve={curve(view)} />,
  };
}

/** Charts per row on a wide page, so that the rows are as equal as possible: 5 charts in rows of 3 and 2. */
export const columnsFor = (charts: number): number => Math.ceil(charts / Math.ceil(charts / 4)) || 1;

/** The charts of a list whose figures were measured, in a grid, as many per row as fit. */
export function ChartGrid({
  charts,
  view,
}: {
  readonly charts: readonly Chart[];
  readonly view: RaceResult;
}) {
  const drawn = charts.filter(({ isMeasured }) => isMeasured?.(view) ?? true);
  return (
    <div className="chart-grid" style={{ '--columns': columnsFor(drawn.length) } as CSSProperties}>
      {drawn.map(({ id, Draw }) => (
        <Draw key={id} view={view} />
      ))}
    </div>
  );
}
