/** How much a compact form becomes when it is expanded: a small link can name many points of many layers. */
import { MAX_LAYER_VALUES, MAX_POINTS, SnapshotError } from './limits.ts';
import type { Compact } from './schema.ts';

export interface Extent {
  /** Of all series of all runs. */
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

/** Throws `SnapshotError` before anything is expanded that no shared result holds. */
export function assertModest(compact: Compact): void {
  if (!isModest(extentOf(compact)))
    throw new SnapshotError(
      'The link stands for more points than any shared result has, and opening it would hold up the page.',
    );
}
