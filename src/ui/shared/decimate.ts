/** At most `limit` points of a series, the first and the last always among them; enough for a chart's pixels. */
export function decimate<T>(points: readonly T[], limit = 400): readonly T[] {
  if (points.length <= limit) return points;
  const step = (points.length - 1) / (limit - 1);
  return Array.from({ length: limit }, (_, i) => points[Math.round(i * step)]);
}
