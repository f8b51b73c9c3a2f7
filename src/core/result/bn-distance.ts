/** BatchNorm distances for charts and tables; null if an older result measured something else. */
import type { BnLayer, BnPoint } from './results.ts';

/** A layer's distance between x and x', both through `set`; null if the result did not measure it. */
export function throughSet(layer: BnLayer, set: 'clean' | 'adv'): number | null {
  const measured = set === 'adv' ? layer.throughAdv : layer.throughClean;
  if (measured !== undefined) return measured;
  // An older result sent x and x' through different sets. If these are one set or equal, the distance is the same.
  return layer.runningDistance === 0 ? (layer.batchDistance ?? null) : null;
}

/** Mean of a value over the layers; null if there are no layers or one has no value. */
function meanOf({ layers }: BnPoint, of: (layer: BnLayer) => number | null): number | null {
  const values = layers.map(of);
  if (values.length === 0 || values.includes(null)) return null;
  return (values as number[]).reduce((a, b) => a + b, 0) / values.length;
}

/** Mean over layers of the distance between x and x' through `set`; null if a layer has none. */
export const meanThroughSet = (point: BnPoint, set: 'clean' | 'adv'): number | null =>
  meanOf(point, (layer) => throughSet(layer, set));

/**
 * Mean over layers of the distance between the two sets' running statistics: 0 for a shared set, null without layers.
 */
export const meanRunningDistance = (point: BnPoint): number | null => meanOf(point, (l) => l.runningDistance);

/**
 * Mean over layers of the distance between the two sets' affine parameters: 0 for a shared set, null if an older result
 * did not measure it.
 */
export const meanAffineDistance = (point: BnPoint): number | null =>
  meanOf(point, (l) => l.affineDistance ?? null);

/** Whether x and x' went through two different sets, as in older results with split BatchNorm. */
export const isOfTwoSets = ({ layers }: BnPoint): boolean =>
  layers.some((l) => throughSet(l, 'adv') === null);
