/** Where values of a chart's axes lie on its drawing, in pixels. */
import { ticks } from 'd3-array';
import { scaleTo, type Extent } from '../extent.ts';

export interface Axis extends Extent {
  /** The quantity with its unit: `Accuracy (%)`. */
  readonly label: string;
  /** Round values within the extent, if others than those of d3 are wanted. */
  readonly ticks?: readonly number[];
}

export interface Tick {
  readonly value: number;
  readonly at: number;
  /** Null where it would touch the text before it. */
  readonly text: string | null;
}

/** The area within the axes, with positions of values. */
export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Space for the texts of the axes. */
const LEFT = 56;
const BOTTOM = 46;
const TOP = 8;
const RIGHT = 16;

/** The area of a chart of `width` x `height` pixels. */
export function areaOf(width: number, height: number, x: Axis, y: Axis): Area {
  const [left, right, top, bottom] = [LEFT, Math.max(LEFT + 1, width - RIGHT), TOP, height - BOTTOM];
  return { left, right, top, bottom, x: scaleTo(x, left, right), y: scaleTo(y, bottom, top) };
}

/** Pixels between two ticks of an axis without ticks of its own. */
const APART = 46;
/** Pixels of a character of a tick's text, about. */
const CHARACTER = 7;

/** The ticks of an axis that reaches from `from` to `to`. `along`: the side on which texts follow each other. */
export function ticksOf(axis: Axis, from: number, to: number, along: 'x' | 'y'): Tick[] {
  const at = scaleTo(axis, from, to);
  const parts = Math.max(2, Math.round(Math.abs(to - from) / APART));
  const values = axis.ticks ?? ticks(axis.low, axis.high, Math.min(6, parts));
  let end = -Infinity;
  return values.map((value) => {
    const text = tickText(value);
    const half = along === 'x' ? (text.length * CHARACTER) / 2 : 6;
    const start = (along === 'x' ? at(value) : from - at(value)) - half;
    if (start < end) return { value, at: at(value), text: null };
    end = start + 2 * half + 4;
    return { value, at: at(value), text };
  });
}

/** Without the rounding errors of sums such as 0.1 + 0.2. */
const tickText = (value: number): string => String(Number(value.toPrecision(6)));

const point = ({ x, y }: Point): string => `${round(x)},${round(y)}`;
const round = (value: number): number => Math.round(100 * value) / 100;

/** The `d` of a path along points given in pixels; empty without points. */
export const linePath = (points: readonly Point[]): string =>
  points.length === 0 ? '' : `M${points.map(point).join('L')}`;

/** The `d` of the area between two lines, both from left to right. */
export const bandPath = (low: readonly Point[], high: readonly Point[]): string =>
  low.length === 0 ? '' : `${linePath([...high, ...[...low].reverse()])}Z`;

/** Half the length of the strokes at the ends of an error bar, in pixels. */
const CAP = 3;

type Ends = readonly [low: number, high: number];

/** The `d` of the error bars of a point of the area, whose ends are values of the axes; empty without ends. */
export function barsPath(
  { x, y }: Point,
  across: Ends | undefined,
  along: Ends | undefined,
  area: Area,
): string {
  const [cx, cy] = [area.x(x), area.y(y)];
  let path = '';
  if (across) {
    const [left, right] = across.map((end) => area.x(end));
    path += `M${left},${cy}H${right}M${left},${cy - CAP}v${2 * CAP}M${right},${cy - CAP}v${2 * CAP}`;
  }
  if (along) {
    const [bottom, top] = along.map((end) => area.y(end));
    path += `M${cx},${bottom}V${top}M${cx - CAP},${bottom}h${2 * CAP}M${cx - CAP},${top}h${2 * CAP}`;
  }
  return path;
}

/**
 * Index of the place nearest to `pointer`, by x alone where a place has no y; -1 if none is within `reach` pixels.
 */
export function nearest(
  places: readonly { readonly x: number; readonly y?: number }[],
  pointer: Point,
  reach = Infinity,
): number {
  let best = -1;
  let least = reach;
  places.forEach(({ x, y }, i) => {
    const distance = Math.hypot(x - pointer.x, y === undefined ? 0 : y - pointer.y);
    if (distance <= least && (best < 0 || distance < least)) [best, least] = [i, distance];
  });
  return best;
}
