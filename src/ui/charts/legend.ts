/** A chart's legend as an attribute of its figure element, from which the export of the figure reads it. */
import type { ContestantStyle } from './styles.ts';

export interface LegendEntry extends Pick<ContestantStyle, 'colour' | 'hollow'> {
  readonly label: string;
  /** Dash pattern of the line; null if only markers are drawn. */
  readonly dash: string | null;
  /** Null if the line has no markers. */
  readonly marker: ContestantStyle['marker'] | null;
}

export const legendEntry = (
  label: string,
  { colour, dash, marker, hollow }: ContestantStyle,
  markers: boolean,
): LegendEntry => ({ label, colour, hollow, dash, marker: markers ? marker : null });

/** Attributes to spread onto the chart's figure element. */
export const legendData = (entries: readonly LegendEntry[]) => ({ 'data-legend': JSON.stringify(entries) });

/** The legend of the chart that contains `element`; empty if there is none. */
export function legendAround(element: Element): LegendEntry[] {
  const text = element.closest('[data-legend]')?.getAttribute('data-legend');
  return text ? (JSON.parse(text) as LegendEntry[]) : [];
}
