/** A contestant's marker. Its shape distinguishes contestants without colour. */
import { memo } from 'react';
import { markerPath, type ContestantStyle } from './styles.ts';

interface Props {
  readonly cx?: number;
  readonly cy?: number;
  readonly style: ContestantStyle;
  readonly size?: number;
  /** Half transparent, for markers in the background. */
  readonly faint?: boolean;
}

export const Marker = memo(function Marker({ cx, cy, style, size = 46, faint = false }: Props) {
  if (cx === undefined || cy === undefined || !Number.isFinite(cx) || !Number.isFinite(cy)) return null;
  const { colour, marker, hollow } = style;
  return (
    <path
      d={markerPath(marker, size)}
      transform={`translate(${cx},${cy})`}
      opacity={faint ? 0.5 : 1}
      fill={hollow ? 'var(--mantine-color-body)' : colour}
      stroke={colour}
      strokeWidth={1.5}
    />
  );
});
