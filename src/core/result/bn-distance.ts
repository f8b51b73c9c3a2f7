/** Distances of BatchNorm statistics as charts and tables show them; null where a result measured something else. */
import type { BnLayer, BnPoint } from './results.ts';

/** Of a layer, x and x' through the same set. */
export function throughSet(layer: BnLayer, set: 'clean' | 'adv'): number | null {
  const measured = set === 'adv' ? layer.throughAdv : layer.throughClean;
  if (measured !== undefined) return measured;
  // An older result sent x and x' through different sets; where the two are one, or still equal, that is the same.
  return layer.runningDistance === 0 ? (layer.batchDistance ?? null) : null;
}

/** Mean over layers of what each of them has; null where one has none. */
function meanOf({ layers }: BnPoint, of: (layer: BnLayer) => number | null): number | null {
  const values = layers.map(of);
  if (values.length === 0 || values.includes(null)) return null;
  return (values as number[]).reduce((a, b) => a + b, 0) / values.length;
}

export const meanThroughSet = (point: BnPoint, set: 'clean' | 'adv'): number | null =>
  meanOf(point, (layer) => throughSet(layer, set));

/** Of the two sets' running statistics; 0 for one shared set. */
export const meanRunningDistance = (point: BnPoint): number | null => meanOf(point, (l) => l.runningDistance);

/** Whether x and x' went through different sets, as in results of before both went through the same. */
export const isOfTwoSets = ({ layers }: BnPoint): boolean =>
  layers.some((l) => throughSet(l, 'adv') === null);
