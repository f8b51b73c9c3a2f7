/** The size of a compact form once expanded, since a small link can describe many points of many layers. */
import { MAX_LAYER_VALUES, MAX_POINTS, SnapshotError } from './limits.ts';
import type { Compact } from './schema.ts';

export interface Extent {
  /** Points of all series of all runs. */
  readonly points: number;
  /** Values by layer over all points of the gradient conflict. */
  readonly layerValues: number;
}

export function extentOf({ runs }: Pick<Compact, 'runs'>): Extent {
  let points = 0;
  let layerValues = 0;
  for (const { e, g, b } of runs) {
    points += e.length + (g?.s.length ?? 0) + (b ? 1 + (b.he?.length ?? 0) : 0);
    layerValues += (g?.s.length ?? 0) * (g?.l.length ?? 0);
  }
  return { points, layerValues };
}

export const isModest = ({ points, layerValues }: Extent): boolean =>
  points <= MAX_POINTS && layerValues <= MAX_LAYER_VALUES;

/** Throws `SnapshotError` if the expanded form would be larger than any shared result; call before expanding. */
export function assertModest(compact: Compact): void {
  if (!isModest(extentOf(compact)))
    throw new SnapshotError(
      'The link describes more points than any shared result has, so that opening it would block the page.',
    );
}
