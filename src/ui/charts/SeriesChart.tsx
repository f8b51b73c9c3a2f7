/** A line chart over epochs or steps: one line per contestant, units on the axes, tooltip, no animation. */
import { Box, Text } from '@mantine/core';
import {
  Area,
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { memo, use, useMemo } from 'react';
import type { RunResult } from '../../core/result/results.ts';
import { useInTurn } from '../state/turns.ts';
import { xLabel, yLabel } from './axis-label.ts';
import { Marker } from './Marker.tsx';
import { Racing } from './racing.ts';
import { rowsOf } from './rows.ts';
import { legendData, legendEntry } from './legend.ts';
import type { ContestantStyle } from './styles.ts';
import { evenTicks, roundTicks, sameCurve, seriesOf, type Curve, type Series } from './series.ts';
import { SeriesTip } from './SeriesTip.tsx';
import { spaced } from './spaced.ts';

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
  /** Styles by label, instead of those of the contestants among themselves. */
  readonly styles?: Readonly<Record<string, ContestantStyle>>;
}

const HEIGHT = 260;
const GRID = 'var(--mantine-color-default-border)';
const MUTED = 'var(--mantine-color-dimmed)';
const MARGIN = { top: 8, right: 12, bottom: 20, left: 4 };

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
    <figure ref={place} style={{ margin: 0, minWidth: 0 }} data-chart={props.title} {...legendData(legend)}>
      <Text component="figcaption" fw={600} size="sm" mb={4}>
        {props.title}
      </Text>
      {shown ? <Drawing {...shown} series={series} /> : <Box h={HEIGHT} />}
    </figure>
  );
}

interface DrawingProps<T> extends SeriesChartProps<T> {
  readonly series: readonly Series[];
}

/** About how many points of a line have a marker: more would hide the line. */
const MARKERS = 24;

const Drawing = memo(function Drawing<T>(props: DrawingProps<T>) {
  const { title, unit, xUnit, series, domain, digits = 1, reference, markers = false } = props;
  // An imported result may contain more epochs than its settings say.
  const xMax = Math.max(props.xMax, ...series.map((s) => s.points.at(-1)!.x));
  const highest = Math.max(0, ...series.flatMap((s) => s.points.map((p) => p.high)));
  const fromZero = 'atLeast' in domain;
  const [bottom, top] = fromZero ? [0, roundTicks(Math.max(domain.atLeast, highest)).at(-1)!] : domain;
  const rows = useMemo(() => rowsOf(series, [bottom, top]), [series, bottom, top]);
  // recharts' selectors never drop the entry of an id that recharts generated, so every drawing uses the same ids.
  const id = title.replace(/\W+/g, '-');
  return (
    <ResponsiveContainer width="100%" height={HEIGHT}>
      <ComposedChart data={rows} margin={MARGIN} accessibilityLayer title={title}>
        <CartesianGrid stroke={GRID} strokeDasharray="3 3" />
        <XAxis
          dataKey="x"
          type="number"
          domain={[0, xMax]}
          ticks={evenTicks(xMax)}
          allowDecimals={false}
          stroke={MUTED}
          label={xLabel(xUnit)}
        />
        <YAxis
          domain={[bottom, top]}
          ticks={fromZero ? roundTicks(top) : undefined}
          stroke={MUTED}
          width={52}
          label={yLabel(unit)}
        />
        <Tooltip isAnimationActive={false} content={<SeriesTip xUnit={xUnit} digits={digits} />} />
        {reference && (
          <ReferenceLine
            y={reference.y}
            stroke={MUTED}
            strokeDasharray="4 4"
            label={{ value: reference.label, position: 'insideTopRight', fontSize: 11 }}
          />
        )}
        {reference?.others?.map((y) => (
          <ReferenceLine key={y} y={y} stroke={MUTED} strokeDasharray="4 4" />
        ))}
        {series.map(
          ({ label, style, points }, i) =>
            points.some((p) => p.low < p.high) && (
              <Area
                key={`band ${label}`}
                id={`${id}-band-${i}`}
                data-band={label}
                dataKey={`band${i}`}
                fill={style.colour}
                fillOpacity={0.16}
                stroke="none"
                type="linear"
                connectNulls
                activeDot={false}
                isAnimationActive={false}
                tooltipType="none"
              />
            ),
        )}
        {series.map(({ label, style, points }, i) => (
          <Line
            key={label}
            id={`${id}-line-${i}`}
            data-series={label}
            data-points={points.length}
            name={label}
            dataKey={`y${i}`}
            stroke={style.colour}
            strokeDasharray={style.dash}
            strokeWidth={2.2}
            type="linear"
            connectNulls
            dot={(markers || points.length === 1) && dotOf(style, points)}
            activeDot={{ r: 3, fill: style.colour }}
            isAnimationActive={false}
          />
        ))}
      </ComposedChart>
    </ResponsiveContainer>
  );
}) as <T>(props: DrawingProps<T>) => React.ReactNode;

interface Dot {
  readonly key?: React.Key | null;
  readonly cx?: number;
  readonly cy?: number;
  readonly payload?: { readonly x?: number };
}

/** Draws a marker at evenly spaced points, and always at the last one. */
function dotOf(style: ContestantStyle, points: Series['points']) {
  const marked = new Set(spaced(points, MARKERS).map((p) => p.x));
  return ({ key, cx, cy, payload }: Dot): React.ReactElement =>
    marked.has(payload?.x ?? NaN) ? <Marker key={key} cx={cx} cy={cy} style={style} /> : <g key={key} />;
}
