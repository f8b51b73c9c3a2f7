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
