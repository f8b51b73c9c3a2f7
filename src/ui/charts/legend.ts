/** What an exported figure's legend says: each chart names the lines that it shows, where the export can read it. */
import type { ContestantStyle } from './styles.ts';

export interface LegendEntry extends Pick<ContestantStyle, 'colour' | 'hollow'> {
  readonly label: string;
  /** Of the line; null where only markers are drawn. */
  readonly dash: string | null;
  /** Null where the line carries none. */
  readonly marker: ContestantStyle['marker'] | null;
}

export const legendEntry = (
  label: string,
  { colour, dash, marker, hollow }: ContestantStyle,
  markers: boolean,
): LegendEntry => ({ label, colour, hollow, dash, marker: markers ? marker : null });

/** To be spread into the chart's figure. */
export const legendData = (entries: readonly LegendEntry[]) => ({ 'data-legend': JSON.stringify(entries) });

/** The legend of the chart that holds `element`; empty where it has none. */
export function legendAround(element: Element): LegendEntry[] {
  const text = element.closest('[data-legend]')?.getAttribute('data-legend');
  return text ? (JSON.parse(text) as LegendEntry[]) : [];
}
