/** Where the names of points stand in the plane: not over each other, nor over another point's bars. Pure. */

export interface LabelPlace {
  readonly x: number;
  readonly y: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

export interface NamedPoint {
  readonly x: number;
  readonly y: number;
  readonly name: string;
  /** Half the lengths of its bars; 0 without a spread. */
  readonly barX: number;
  readonly barY: number;
}

/** Generous for the plane's type size. In user units of its SVG. */
const CHARACTER = 9;
const LINE = 15;
/** Half the size of a point's marker. */
const MARKER = 7;

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const apart = (a: Box, b: Box): boolean =>
  a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;

/** Right above the point, left above, right below, left below, above its bar, below its bar. */
const placesOf = ({ x, y, barY }: NamedPoint): LabelPlace[] => [
  { x: x + 9, y: y - 8, anchor: 'start' },
  { x: x - 9, y: y - 8, anchor: 'end' },
  { x: x + 9, y: y + 18, anchor: 'start' },
  { x: x - 9, y: y + 18, anchor: 'end' },
  { x, y: y - Math.max(barY, MARKER) - 5, anchor: 'middle' },
  { x, y: y + Math.max(barY, MARKER) + LINE, anchor: 'middle' },
];

/** Marker and bars of a point. */
const obstaclesOf = ({ x, y, barX, barY }: NamedPoint): Box[] => [
  { left: x - MARKER, right: x + MARKER, top: y - MARKER, bottom: y + MARKER },
  { left: x - barX, right: x + barX, top: y - 1, bottom: y + 1 },
  { left: x - 1, right: x + 1, top: y - barY, bottom: y + barY },
];

function boxOf({ x, y, anchor }: LabelPlace, name: string): Box {
  const width = CHARACTER * name.length;
  const left = { start: x, middle: x - width / 2, end: x - width }[anchor];
  return { left, right: left + width, top: y - LINE + 3, bottom: y + 3 };
}

/**
 * A place for the name of each point, in their order; the first one where all are taken. Points further right choose
 * first, so that of two neighbours each has its name on its own side.
 */
export function labelPlaces(points: readonly NamedPoint[]): LabelPlace[] {
  const names: Box[] = [];
  const found = new Map<NamedPoint, LabelPlace>();
  for (const point of [...points].sort((a, b) => b.x - a.x)) {
    const taken = [...names, ...points.filter((p) => p !== point).flatMap(obstaclesOf)];
    const places = placesOf(point);
    const place = places.find((p) => taken.every((other) => apart(boxOf(p, point.name), other))) ?? places[0];
    names.push(boxOf(place, point.name));
    found.set(point, place);
  }
  return points.map((point) => found.get(point)!);
}
