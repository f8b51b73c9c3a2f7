/** Where the names of points stand in the plane, so that they do not cover each other. Pure. */

export interface LabelPlace {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'end';
}

/** Generous for the plane's type size. In user units of its SVG. */
const CHARACTER = 8;
const LINE = 14;

/** Right above the point, or else the next free corner: left above, right below, left below. */
const CORNERS = [
  { dx: 9, dy: -8, anchor: 'start' },
  { dx: -9, dy: -8, anchor: 'end' },
  { dx: 9, dy: 18, anchor: 'start' },
  { dx: -9, dy: 18, anchor: 'end' },
] as const;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly bottom: number;
}

const apart = (a: Box, b: Box): boolean =>
  a.right <= b.left || b.right <= a.left || Math.abs(a.bottom - b.bottom) >= LINE;

/**
 * A place for the name of each point, in their order; the first corner where all four are taken. Points further right
 * choose first, so that of two neighbours each has its name on its own side.
 */
export function labelPlaces(
  points: readonly { readonly x: number; readonly y: number; readonly name: string }[],
): LabelPlace[] {
  const taken: Box[] = [];
  const found = new Map<number, LabelPlace>();
  const fromRight = points.map((_, i) => i).sort((a, b) => points[b].x - points[a].x);
  for (const i of fromRight) {
    const { x, y, name } = points[i];
    const width = CHARACTER * name.length;
    const places = CORNERS.map(({ dx, dy, anchor }) => ({ x: x + dx, y: y + dy, anchor }));
    const boxOf = (p: LabelPlace): Box => {
      const left = p.anchor === 'start' ? p.x : p.x - width;
      return { left, right: left + width, bottom: p.y };
    };
    const free = places.find((p) => taken.every((other) => apart(boxOf(p), other))) ?? places[0];
    taken.push(boxOf(free));
    found.set(i, free);
  }
  return points.map((_, i) => found.get(i)!);
}
