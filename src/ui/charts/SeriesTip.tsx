/** The tooltip of a line chart: the figure of every series at the x under the pointer, highest first. */
import type { TooltipContentProps } from 'recharts';
import type { Row } from './rows.ts';

interface Props extends Partial<Pick<TooltipContentProps, 'active' | 'payload'>> {
  readonly xUnit: string;
  readonly digits: number;
}

export function SeriesTip({ xUnit, digits, active, payload }: Props) {
  const row = payload?.[0]?.payload as Row | undefined;
  if (!active || !row) return null;
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
        .map(({ label, style, y, low, high, images }) => (
          <div key={label} style={{ color: style.colour, paddingTop: 4 }}>
            {label}: {y.toFixed(digits)}
            {low < high && ` (${low.toFixed(digits)} to ${high.toFixed(digits)})`}
            {images !== undefined && `, ${images.toLocaleString('en')} images`}
          </div>
        ))}
    </div>
  );
}
