/** Finds the name that a misspelt one most likely means. */

/** Levenshtein distance: how many letters must be replaced, inserted or deleted to turn `a` into `b`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}

/**
 * The entry of `known` that is closest to `name` in lower case: at most one edit away, or two if `name` has at least
 * five characters. Null if there is none, or if `name` has fewer than 2 or more than 12 characters. `known` is in lower
 * case and not empty.
 */
export function nearest(name: string, known: readonly string[]): string | null {
  if (name.length < 2 || name.length > 12) return null;
  const far = name.length < 5 ? 1 : 2;
  const distances = known.map((other) => editDistance(name.toLowerCase(), other));
  const least = Math.min(...distances);
  return least <= far ? known[distances.indexOf(least)] : null;
}
