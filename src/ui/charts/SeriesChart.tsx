/** A line chart over epochs or steps: one line per contestant, units on the axes, tooltip, no animation. */
import { Box, Text } from '@mantine/core';
import {
  CartesianGrid,
  ComposedChart,
  Line,
  ReferenceLine,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import { memo, useMemo } from 'react';
import type { RunResult } from '../../core/result/results.ts';
import { useInTurn } from '../state/turns.ts';
import { Curves } from './Curves.tsx';
import { legendData, legendEntry } from './legend.ts';
import { evenTicks, roundTicks, sameCurve, seriesOf, type Curve, type Series } from './series.ts';
import { rowsOf, SeriesCursor, SeriesTip } from './SeriesTip.tsx';

interface Props<T> {
  readonly title: string;
  /** What is drawn and its unit, for the axis: `Accuracy (%)`. */
  readonly unit: string;
  readonly xUnit: string;
  readonly runs: readonly RunResult[];
  readonly curve: Curve<T>;
  /** Ends of the y axis; the upper one may follow from the highest value, on an axis from 0. */
  readonly domain: readonly [number, number] | { readonly atLeast: number };
  readonly digits?: number;
  /** A level worth a line of its own, e.g. chance. */
  readonly reference?: { readonly y: number; readonly label: string };
  readonly markers?: boolean;
  /** Upper end of the x axis, so that the chart does not shift while it fills. */
  readonly xMax: number;
}

const HEIGHT = 260;
const GRID = 'var(--mantine-color-default-border)';
const MUTED = 'var(--mantine-color-dimmed)';
const MARGIN = { top: 8, right: 12, bottom: 20, left: 4 };

/** Everything but the data. */
const frameOf = <T,>({ runs: _, curve: __, ...frame }: Props<T>): string => JSON.stringify(frame);
const sameChart = <T,>(a: Props<T>, b: Props<T>): boolean =>
  a.curve === b.curve && frameOf(a) === frameOf(b) && sameCurve(a.runs, b.runs, a.curve.points);

/** Drawn in turn with the page's other charts, only when its content has changed, and seldom while it is out of sight. */
export function SeriesChart<T>(props: Props<T>) {
  const { shown, place } = useInTurn(props, sameChart);
  const series = useMemo(() => (shown ? seriesOf(shown.runs, shown.curve) : []), [shown]);
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

interface DrawingProps<T> extends Props<T> {
  readonly series: readonly Series[];
}

const Drawing = memo(function Drawing<T>(props: DrawingProps<T>) {
  const { title, unit, xUnit, series, domain, digits = 1, reference, markers = false } = props;
  const rows = useMemo(() => rowsOf(series), [series]);
  // A result from elsewhere may hold more epochs than its settings say.
  const xMax = Math.max(props.xMax, ...series.map((s) => s.points.at(-1)!.x));
  const highest = Math.max(0, ...series.flatMap((s) => s.points.map((p) => p.high)));
  const fromZero = 'atLeast' in domain;
  const [bottom, top] = fromZero ? [0, roundTicks(Math.max(domain.atLeast, highest)).at(-1)!] : domain;
  const limits = useMemo((): [number, number] => [bottom, top], [bottom, top]);
  return (
    <ResponsiveContainer width="100%" height={HEIGHT}>
      <ComposedChart data={rows} margin={MARGIN} accessibilityLayer title={title}>
        <Frame
          unit={unit}
          xUnit={xUnit}
          limits={limits}
          fromZero={fromZero}
          digits={digits}
          xMax={xMax}
          level={reference?.y}
          levelLabel={reference?.label}
          id={`values-${title.replace(/\W+/g, '-')}`}
        />
        <Curves series={series} domain={limits} markers={markers} />
      </ComposedChart>
    </ResponsiveContainer>
  );
}) as <T>(props: DrawingProps<T>) => React.ReactNode;

interface FrameProps {
  readonly unit: string;
  readonly xUnit: string;
  readonly limits: [number, number];
  /** Round ticks from 0 to the upper limit, which is one. */
  readonly fromZero: boolean;
  readonly digits: number;
  readonly xMax: number;
  readonly level?: number;
  readonly levelLabel?: string;
  /** The same whenever this chart is drawn: recharts' selectors keep an entry for good for every id that it makes up. */
  readonly id: string;
}

/** What stays as it is while the lines grow. */
const Frame = memo(function Frame({
  unit,
  xUnit,
  limits,
  fromZero,
  digits,
  xMax,
  level,
  levelLabel,
  id,
}: FrameProps) {
  return (
    <>
      <CartesianGrid stroke={GRID} strokeDasharray="3 3" />
      <XAxis
        dataKey="x"
        type="number"
        domain={[0, xMax]}
        ticks={evenTicks(xMax)}
        // The axis is what it is told: else recharts stretches it to whatever its data holds.
        allowDataOverflow
        allowDecimals={false}
        stroke={MUTED}
        label={{ value: xUnit, position: 'insideBottom', offset: -12 }}
      />
      <YAxis
        domain={limits}
        allowDataOverflow
        ticks={fromZero ? roundTicks(limits[1]) : undefined}
        stroke={MUTED}
        width={52}
        label={{
          value: unit,
          angle: -90,
          position: 'insideLeft',
          offset: 8,
          style: { textAnchor: 'middle' },
        }}
      />
      <Tooltip
        isAnimationActive={false}
        content={<SeriesTip xUnit={xUnit} digits={digits} />}
        cursor={<SeriesCursor />}
      />
      {level !== undefined && (
        <ReferenceLine
          y={level}
          stroke={MUTED}
          strokeDasharray="4 4"
          label={{ value: levelLabel, position: 'insideTopRight', fontSize: 11 }}
        />
      )}
      {/* Draws nothing, not even the ring that recharts puts on a line of one point: tells recharts where there are values, for the tooltip and the arrow keys. */}
      <Line id={id} dataKey="y" shape={nothing} dot={nothing} activeDot={false} isAnimationActive={false} />
    </>
  );
});

const nothing = ({ key }: { key?: React.Key | null }) => <g key={key} />;
