/** The name that a misspelt one most likely stands for. */

/** How many letters must be changed, put in or left out to make `b` of `a`. */
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

/** Null where nothing comes close; a name of one letter is close to nothing. */
export function nearest(name: string, known: readonly string[]): string | null {
  if (name.length < 2 || name.length > 12) return null;
  const far = name.length < 5 ? 1 : 2;
  const distances = known.map((other) => editDistance(name.toLowerCase(), other));
  const least = Math.min(...distances);
  return least <= far ? known[distances.indexOf(least)] : null;
}
