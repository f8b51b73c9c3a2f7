/** The markers of the contestants, so that colour is never the only difference. */
import { Symbols } from 'recharts';
import { styleOf } from '../theme/theme.ts';

interface Props {
  readonly cx?: number;
  readonly cy?: number;
  readonly index: number;
  readonly size?: number;
  /** Half transparent: what stands behind another. */
  readonly faint?: boolean;
}

export function Marker({ cx, cy, index, size = 46, faint = false }: Props) {
  if (cx === undefined || cy === undefined || !Number.isFinite(cx) || !Number.isFinite(cy)) return null;
  const { colour, marker, hollow } = styleOf(index);
  const fill = hollow ? 'var(--mantine-color-body)' : colour;
  return (
    <Symbols
      opacity={faint ? 0.5 : 1}
      cx={cx}
      cy={cy}
      type={marker}
      size={size}
      fill={fill}
      stroke={colour}
      strokeWidth={1.5}
    />
  );
}

/** recharts' dot renderer for a contestant. */
export const dotOf = (index: number) =>
  function Dot({ cx, cy, key }: { cx?: number; cy?: number; key?: React.Key | null }) {
    return <Marker key={key} cx={cx} cy={cy} index={index} />;
  };
