/** The tooltip of a line chart: the figure of every series at one x, highest first. */
import type { Row } from './rows.ts';

interface Props {
  readonly row: Row;
  readonly xUnit: string;
  readonly digits: number;
}

export const SeriesTip = ({ row, xUnit, digits }: Props) => (
  <>
    {xUnit} {row.x}
    {[...row.values]
      .sort((a, b) => b.y - a.y)
      .map(({ label, style, y, low, high, images }) => (
        <div key={label} style={{ color: style.colour, paddingTop: 'var(--mantine-spacing-2xs)' }}>
          {label}: {y.toFixed(digits)}
          {low < high && ` (${low.toFixed(digits)} to ${high.toFixed(digits)})`}
          {images !== undefined && `, ${images.toLocaleString('en')} images`}
        </div>
      ))}
  </>
);
