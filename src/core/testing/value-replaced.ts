/** Documents with a wrong value, for property tests. */
import fc from 'fast-check';

type Path = readonly string[];

/** The paths of all values inside `value`, without `value` itself. */
function pathsWithin(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => {
    const here = [...path, key];
    return [here, ...pathsWithin(part, here)];
  });
}

/**
 * Copies of `base` with one value, at any depth, replaced by a random JSON value. `base` is not changed; it must be an
 * object or array with at least one value.
 */
export const oneValueReplaced = (base: unknown): fc.Arbitrary<unknown> =>
  fc.tuple(fc.constantFrom(...pathsWithin(base)), fc.jsonValue()).map(([path, value]) => {
    const changed = structuredClone(base);
    const parent = path.slice(0, -1).reduce((o, k) => (o as Record<string, unknown>)[k], changed);
    (parent as Record<string, unknown>)[path[path.length - 1]] = value;
    return changed;
  });
