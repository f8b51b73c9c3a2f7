import type { SVGProps } from 'react';
import type { ContestantStyle } from '../styles.ts';
import { linePath } from './geometry.ts';

interface Props extends Omit<
  SVGProps<SVGPathElement>,
  'style' | 'd' | 'fill' | 'stroke' | 'strokeDasharray'
> {
  /** Pixels within the chart. */
  readonly places: readonly { readonly x: number; readonly y: number }[];
  readonly style: ContestantStyle;
}

/** A line through `places` in a contestant's colour and dash. */
export function StyledLine({ places, style, ...others }: Props) {
  return (
    <path
      d={linePath(places)}
      fill="none"
      stroke={style.colour}
      strokeDasharray={style.dash}
      strokeWidth={1.5}
      {...others}
    />
  );
}
