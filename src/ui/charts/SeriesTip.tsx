/** What a line chart says about the place under the pointer: every series' figure there, and a dot on its line. */
import { useXAxisScale, useYAxisScale } from 'recharts';
import type { Series } from './series.ts';
import type { ContestantStyle } from './styles.ts';

/** What recharts knows of the data: one row per x. */
export interface Row {
  readonly x: number;
  /** Any value within the axis: rows without one have no tooltip. */
  readonly y: number;
  readonly values: readonly { readonly label: string; readonly style: ContestantStyle; readonly y: number }[];
}

/** One row per x that any series has, ascending. */
export function rowsOf(series: readonly Series[]): Row[] {
  const byX = new Map<number, Row['values'][number][]>();
  for (const { label, style, points } of series)
    for (const { x, y } of points) {
      const values = byX.get(x);
      if (values) values.push({ label, style, y });
      else byX.set(x, [{ label, style, y }]);
    }
  return [...byX].sort(([a], [b]) => a - b).map(([x, values]) => ({ x, y: values[0].y, values }));
}

/** recharts gives both to the elements that it draws at the place under the pointer. */
interface Active {
  readonly active?: boolean;
  readonly payload?: readonly { readonly payload?: unknown }[];
}
const rowOf = ({ payload }: Active): Row | undefined => payload?.[0]?.payload as Row | undefined;

interface TipProps extends Active {
  readonly xUnit: string;
  readonly digits: number;
}

export function SeriesTip({ xUnit, digits, ...active }: TipProps) {
  const row = rowOf(active);
  if (!active.active || !row) return null;
  return (
    <div
      style={{
        background: 'var(--mantine-color-body)',
        border: '1px solid var(--mantine-color-default-border)',
        borderRadius: 8,
        padding: 10,
        fontSize: 13,
        maxWidth: 320,
        overflowWrap: 'anywhere',
      }}
    >
      {xUnit} {row.x}
      {[...row.values]
        .sort((a, b) => b.y - a.y)
        .map(({ label, style, y }) => (
          <div key={label} style={{ color: style.colour, paddingTop: 4 }}>
            {label}: {y.toFixed(digits)}
          </div>
        ))}
    </div>
  );
}

interface CursorProps extends Active {
  /** Of the plot area, in pixels. */
  readonly top?: number;
  readonly height?: number;
}

/** A line down the plot and a dot on every series. */
export function SeriesCursor({ top = 0, height = 0, ...active }: CursorProps) {
  const toX = useXAxisScale();
  const toY = useYAxisScale();
  const row = rowOf(active);
  const x = row && toX?.(row.x);
  if (x === undefined || !toY) return null;
  return (
    <g pointerEvents="none">
      <line x1={x} x2={x} y1={top} y2={top + height} stroke="#ccc" />
      {row?.values.map(({ label, style, y }) => (
        <circle key={label} cx={x} cy={toY(y)} r={3} fill={style.colour} stroke="#fff" />
      ))}
    </g>
  );
}
