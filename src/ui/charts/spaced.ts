/** Evenly spaced items of `places` and the last one, at most `most` + 1 in all: the points that get a marker. */
export function spaced<T>(places: readonly T[], most: number): T[] {
  let stride = 1;
  while (places.length / stride > most) stride *= 2;
  // Counted from the first item, so that markers stay in place while the line grows.
  const kept = places.filter((_, i) => i % stride === 0);
  const last = places.at(-1);
  if (last !== undefined && kept.at(-1) !== last) kept.push(last);
  return kept;
}
