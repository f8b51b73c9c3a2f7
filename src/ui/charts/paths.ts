/** SVG path data of curves: a whole series is one element, however many points it has. */

/** Pixels. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

const at = ({ x, y }: Place): string => `${x.toFixed(1)},${y.toFixed(1)}`;

/** Straight lines from place to place; empty for none. */
export const linePath = (places: readonly Place[]): string =>
  places.length === 0 ? '' : `M${places.map(at).join('L')}`;

/** The area between two edges, one place each for every x; empty for fewer than two. */
export const bandPath = (upper: readonly Place[], lower: readonly Place[]): string =>
  upper.length < 2 ? '' : `${linePath([...upper, ...[...lower].reverse()])}Z`;

/** At most about `most` of the places, evenly taken, the last always among them: where a line carries its markers. */
export function spaced<T>(places: readonly T[], most: number): T[] {
  let stride = 1;
  while (places.length / stride > most) stride *= 2;
  // Counted from the first, so that markers stay where they are while the line grows.
  const kept = places.filter((_, i) => i % stride === 0);
  const last = places.at(-1);
  if (last !== undefined && kept.at(-1) !== last) kept.push(last);
  return kept;
}
