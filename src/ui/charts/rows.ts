/** The data of a line chart in the form that recharts reads: one row per x, with a key per series. */
import type { Series } from './series.ts';
import type { ContestantStyle } from './styles.ts';

export interface Row {
  readonly x: number;
  /** The series that have a point at x, for the tooltip. */
  readonly values: readonly {
    readonly label: string;
    readonly style: ContestantStyle;
    readonly y: number;
    /** Lower and upper end of the band. */
    readonly low: number;
    readonly high: number;
    readonly images?: number;
  }[];
  /** y of series i. */
  readonly [line: `y${number}`]: number;
  /** Ends of the band of series i; absent where the band has no height. */
  readonly [band: `band${number}`]: readonly [number, number];
}

type Limits = readonly [number, number];
const UNLIMITED: Limits = [-Infinity, Infinity];

/**
 * One row per x that any series has, ascending. Lines and bands are clamped to the limits of the y axis, because a
 * standard deviation may reach below 0 %, and recharts would extend the axis to it.
 */
export function rowsOf(series: readonly Series[], [bottom, top]: Limits = UNLIMITED): Row[] {
  const within = (y: number) => Math.min(top, Math.max(bottom, y));
  const byX = new Map<number, { x: number; values: Row['values'][number][]; [key: string]: unknown }>();
  series.forEach(({ label, style, points }, i) => {
    for (const { x, y, low, high, images } of points) {
      const row = byX.get(x) ?? { x, values: [] };
      byX.set(x, row);
      row.values.push({ label, style, y, low, high, ...(images !== undefined && { images }) });
      row[`y${i}`] = within(y);
      if (low < high) row[`band${i}`] = [within(low), within(high)];
    }
  });
  return [...byX.values()].sort((a, b) => a.x - b.x) as unknown as Row[];
}
