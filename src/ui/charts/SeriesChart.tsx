/** A line chart over epochs or steps: one line per contestant, units on the axes, legend, tooltip, no animation. */
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
import { memo } from 'react';
import { decimate } from '../state/decimate.ts';
import { useInTurn } from '../state/turns.ts';
import { styleOf } from '../theme/theme.ts';
import { dotOf } from './Marker.tsx';
import type { Series } from './series.ts';

interface Props {
  readonly title: string;
  /** What is drawn and its unit, for the axis: `Accuracy (%)`. */
  readonly unit: string;
  readonly xUnit: string;
  readonly series: readonly Series[];
  readonly domain: readonly [number, number];
  readonly digits?: number;
  /** A level worth a line of its own, e.g. chance. */
  readonly reference?: { readonly y: number; readonly label: string };
  readonly markers?: boolean;
  /** Upper end of the x axis, so that the chart does not shift while it fills. */
  readonly xMax?: number;
}

const HEIGHT = 260;
const GRID = 'var(--mantine-color-default-border)';

type Row = { x: number } & Record<string, number | [number, number]>;

/** One row per x with two columns per series, its mean and the ends of its band: what recharts wants. */
function rows(series: readonly Series[], [bottom, top]: Props['domain']): Row[] {
  const byX = new Map<number, Row>();
  for (const s of series)
    for (const { x, y, low, high, n } of decimate(s.points)) {
      const row: Row = byX.get(x) ?? { x };
      row[`s${s.index}`] = y;
      // A deviation may reach beyond what the axis can show, e.g. below 0 %.
      if (n > 1) row[`b${s.index}`] = [Math.max(bottom, low), Math.min(top, high)];
      byX.set(x, row);
    }
  return [...byX.values()].sort((a, b) => a.x - b.x);
}

const samePoints = (a: Series['points'], b: Series['points']): boolean =>
  a.length === b.length &&
  a.every((p, i) => p.x === b[i].x && p.y === b[i].y && p.low === b[i].low && p.high === b[i].high);
const sameSeries = (a: readonly Series[], b: readonly Series[]): boolean =>
  a.length === b.length &&
  a.every((s, i) => s.label === b[i].label && s.index === b[i].index && samePoints(s.points, b[i].points));
const frameOf = ({ series: _, ...frame }: Props): string => JSON.stringify(frame);
const sameChart = (a: Props, b: Props): boolean =>
  frameOf(a) === frameOf(b) && sameSeries(a.series, b.series);

/** Drawn in turn with the page's other charts, and only when its content has changed. */
export function SeriesChart(props: Props) {
  const shown = useInTurn(props, sameChart);
  return (
    <figure style={{ margin: 0, minWidth: 0 }} data-chart={props.title}>
      <Text component="figcaption" fw={600} size="sm" mb={4}>
        {props.title}
      </Text>
      {shown ? <Drawing {...shown} /> : <Box h={HEIGHT} />}
    </figure>
  );
}

const Drawing = memo(function Drawing(props: Props) {
  const { title, unit, xUnit, series, domain, digits = 1, reference, markers = false, xMax } = props;
  const data = rows(series, domain);
  return (
    <ResponsiveContainer width="100%" height={HEIGHT}>
      <ComposedChart
        data={data}
        margin={{ top: 8, right: 12, bottom: 20, left: 4 }}
        accessibilityLayer
        title={title}
      >
        <CartesianGrid stroke={GRID} strokeDasharray="3 3" />
        <XAxis
          dataKey="x"
          type="number"
          domain={[0, xMax ?? 'dataMax']}
          allowDecimals={false}
          stroke="var(--mantine-color-dimmed)"
          label={{ value: xUnit, position: 'insideBottom', offset: -12 }}
        />
        <YAxis
          domain={domain as [number, number]}
          stroke="var(--mantine-color-dimmed)"
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
          formatter={(value) => Number(value).toFixed(digits)}
          labelFormatter={(x) => `${xUnit} ${x}`}
          itemSorter={(item) => -Number(item.value)}
          contentStyle={{
            background: 'var(--mantine-color-body)',
            border: `1px solid ${GRID}`,
            borderRadius: 8,
            fontSize: 13,
          }}
        />
        {reference && (
          <ReferenceLine
            y={reference.y}
            stroke="var(--mantine-color-dimmed)"
            strokeDasharray="4 4"
            label={{ value: reference.label, position: 'insideTopRight', fontSize: 11 }}
          />
        )}
        {series
          .filter((s) => s.points.some((p) => p.n > 1))
          .map((s) => (
            <Area
              key={`b${s.index}`}
              dataKey={`b${s.index}`}
              fill={styleOf(s.index).colour}
              fillOpacity={0.16}
              stroke="none"
              tooltipType="none"
              activeDot={false}
              connectNulls
              isAnimationActive={false}
              type="linear"
            />
          ))}
        {series.map((s) => {
          const style = styleOf(s.index);
          return (
            <Line
              key={s.index}
              dataKey={`s${s.index}`}
              name={s.label}
              stroke={style.colour}
              strokeDasharray={style.dash}
              strokeWidth={2.2}
              dot={markers ? dotOf(s.index) : false}
              connectNulls
              isAnimationActive={false}
              type="linear"
            />
          );
        })}
      </ComposedChart>
    </ResponsiveContainer>
  );
});
