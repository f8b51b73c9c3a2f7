/** The points of several series by x, for the tooltip of a line chart. */
import type { Series } from './series.ts';
import type { ContestantStyle } from './styles.ts';

export interface Row {
  readonly x: number;
  /** The series that have a point at x. */
  readonly values: readonly {
    readonly label: string;
    readonly style: ContestantStyle;
    readonly y: number;
    /** Lower and upper end of the band. */
    readonly low: number;
    readonly high: number;
    readonly images?: number;
  }[];
}

/** One row per x that any series has, ascending. */
export function rowsOf(series: readonly Series[]): Row[] {
  const byX = new Map<number, { x: number; values: Row['values'][number][] }>();
  for (const { label, style, points } of series)
    for (const { x, y, low, high, images } of points) {
      const row = byX.get(x) ?? { x, values: [] };
      byX.set(x, row);
      row.values.push({ label, style, y, low, high, ...(images !== undefined && { images }) });
    }
  return [...byX.values()].sort((a, b) => a.x - b.x);
}
