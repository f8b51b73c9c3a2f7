/** A line chart over epochs or steps: one line per contestant, units on the axes, tooltip, no animation. */
import { Box, Text } from '@mantine/core';
import { memo, use, useMemo } from 'react';
import type { RunResult } from '../../core/result/results.ts';
import { useInTurn } from '../state/turns.ts';
import { legendData, legendEntry } from './legend.ts';
import type { Area } from './plot/geometry.ts';
import { Lines } from './plot/Lines.tsx';
import { Plot } from './plot/Plot.tsx';
import { Racing } from './racing.ts';
import { rowsOf } from './rows.ts';
import type { ContestantStyle } from './styles.ts';
import { evenTicks, roundTicks, sameCurve, seriesOf, type Curve, type Series } from './series.ts';
import { SeriesTip } from './SeriesTip.tsx';

export interface SeriesChartProps<T> {
  readonly title: string;
  /** Label of the y axis, the quantity with its unit: `Accuracy (%)`. */
  readonly unit: string;
  readonly xUnit: string;
  readonly runs: readonly RunResult[];
  readonly curve: Curve<T>;
  /** Ends of the y axis. With `atLeast`, it runs from 0 to a round value at or above both `atLeast` and the data. */
  readonly domain: readonly [number, number] | { readonly atLeast: number };
  readonly digits?: number;
  /** A dashed horizontal line with a label, e.g. chance. */
  readonly reference?: {
    readonly y: number;
    readonly label: string;
    /** Levels of further lines without a label, where the level differs between contestants. */
    readonly others?: readonly number[];
  };
  readonly markers?: boolean;
  /** Upper end of the x axis, so that the axis stays the same while points are added. */
  readonly xMax: number;
  /** For the caption of the exported figure: what was measured, on which images and seeds, if not accuracy. */
  readonly note?: string;
  /** The whole caption of the exported figure, if it is not of the run on the page. */
  readonly caption?: string;
  /** Styles by label, instead of those of the contestants among themselves. */
  readonly styles?: Readonly<Record<string, ContestantStyle>>;
}

const HEIGHT = 260;

/** All props except the data, as text that can be compared. */
const frameOf = <T,>({ runs: _, curve: __, ...frame }: SeriesChartProps<T>): string => JSON.stringify(frame);
const sameChart = <T,>(a: SeriesChartProps<T>, b: SeriesChartProps<T>): boolean =>
  a.curve === b.curve && frameOf(a) === frameOf(b) && sameCurve(a.runs, b.runs, a.curve.points);

/** Milliseconds between two drawings of a chart out of sight while a race runs. */
const OUT_OF_SIGHT_MS = 12_000;

/**
 * Redrawn in turn with the other charts (`useInTurn`) when its content has changed, and rarely while out of sight.
 */
export function SeriesChart<T>(props: SeriesChartProps<T>) {
  const { shown, place } = useInTurn(props, sameChart, use(Racing) ? OUT_OF_SIGHT_MS : 0);
  const series = useMemo(
    () =>
      (shown ? seriesOf(shown.runs, shown.curve) : []).map((s) => ({
        ...s,
        style: shown?.styles?.[s.label] ?? s.style,
      })),
    [shown],
  );
  const legend = series.map(({ label, style }) => legendEntry(label, style, shown?.markers ?? false));
  return (
    <figure
      ref={place}
      style={{ margin: 0, minWidth: 0 }}
      data-chart={props.title}
      data-figure-note={props.note}
      data-figure-caption={props.caption}
      {...legendData(legend)}
    >
      <Text component="figcaption" fw={600} size="sm" mb="2xs">
        {props.title}
      </Text>
      {shown ? <Drawing {...shown} series={series} /> : <Box h={HEIGHT} />}
    </figure>
  );
}

interface DrawingProps<T> extends SeriesChartProps<T> {
  readonly series: readonly Series[];
}

const Drawing = memo(function Drawing<T>(props: DrawingProps<T>) {
  const { title, unit, xUnit, series, domain, digits = 1, reference, markers = false } = props;
  // An imported result may contain more epochs than its settings say.
  const xMax = Math.max(props.xMax, ...series.map((s) => s.points.at(-1)!.x));
  const highest = Math.max(0, ...series.flatMap((s) => s.points.map((p) => p.high)));
  const fromZero = 'atLeast' in domain;
  const [low, high] = fromZero ? [0, roundTicks(Math.max(domain.atLeast, highest)).at(-1)!] : domain;
  const rows = useMemo(() => rowsOf(series), [series]);
  return (
    <Plot
      title={title}
      height={HEIGHT}
      x={{ low: 0, high: xMax, ticks: evenTicks(xMax), label: xUnit }}
      y={{ low, high, ticks: fromZero ? roundTicks(high) : undefined, label: unit }}
      spots={rows}
      tip={(row) => <SeriesTip row={row} xUnit={xUnit} digits={digits} />}
    >
      {(area, chosen) => (
        <>
          {reference && <References area={area} {...reference} />}
          <Lines area={area} series={series} markers={markers} chosen={chosen?.x ?? null} />
        </>
      )}
    </Plot>
  );
}) as <T>(props: DrawingProps<T>) => React.ReactNode;

type ReferenceProps = NonNullable<SeriesChartProps<unknown>['reference']> & { readonly area: Area };

const References = ({ area, y, label, others = [] }: ReferenceProps) => (
  <>
    {[y, ...others].map((level) => (
      <line
        key={level}
        className="plot-reference"
        x1={area.left}
        x2={area.right}
        y1={area.y(level)}
        y2={area.y(level)}
      />
    ))}
    <text x={area.right - 4} y={area.y(y) + 14} textAnchor="end">
      {label}
    </text>
  </>
);
