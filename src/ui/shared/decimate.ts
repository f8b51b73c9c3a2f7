/** At most `limit` (>= 2) points of a series, evenly spaced by index; the first and the last are always among them. */
export function decimate<T>(points: readonly T[], limit = 400): readonly T[] {
  if (points.length <= limit) return points;
  const step = (points.length - 1) / (limit - 1);
  return Array.from({ length: limit }, (_, i) => points[Math.round(i * step)]);
}
