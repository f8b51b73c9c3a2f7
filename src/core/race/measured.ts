/**
 * What a result can hold of a measurement. A training that goes wrong measures numbers that are not finite, or out of
 * all range; a long one measures more points than a result keeps. What is not a number is left out here, and series
 * are thinned, so that the rest is kept and every result passes its own schema (results-schema.ts).
 */
import * as v from 'valibot';
import {
  BnLayerSchema,
  BnPointSchema,
  ConflictPointSchema,
  EpochPointSchema,
  FractionSchema,
  NameSchema,
  PairPointSchema,
  RESULT_LIMITS,
} from '../result/results-schema.ts';
import type { BnLayer, BnPoint, ConflictPoint, EpochPoint, PairPoint } from '../result/results.ts';

/** `x`, where it stands between the bounds; the nearer bound beyond them. NaN gives `min`. */
export const bounded = (x: number, min: number, max: number): number => (x >= min ? Math.min(x, max) : min);

/** The first `most` entries whose names and values can be kept. */
function keptEntries(
  values: Readonly<Record<string, number>>,
  most: number,
  kept: (x: number) => boolean,
): Record<string, number> {
  const entries = Object.entries(values).filter(([name, x]) => v.is(NameSchema, name) && kept(x));
  return Object.fromEntries(entries.slice(0, most));
}

function epochPoint(point: EpochPoint): EpochPoint | null {
  const { loss, terms, balance, learningRate, featureDistance, ...rest } = point;
  const repaired: EpochPoint = {
    ...rest,
    ...(Number.isFinite(loss) && { loss }),
    ...(terms && { terms: keptEntries(terms, RESULT_LIMITS.terms, Number.isFinite) }),
    ...(v.is(FractionSchema, balance) && { balance }),
    ...(featureDistance !== undefined &&
      !Number.isNaN(featureDistance) && { featureDistance: bounded(featureDistance, 0, 2) }),
    ...(v.is(EpochPointSchema.entries.learningRate, learningRate) && { learningRate }),
  };
  return v.is(EpochPointSchema, repaired) ? repaired : null;
}

/** Rounding may carry a cosine a little beyond 1; a cosine that is not a number is none. */
const cosine = (x: number) => bounded(x, -1, 1);

function conflictPoint(point: ConflictPoint): ConflictPoint | null {
  if (Number.isNaN(point.cosine) || Number.isNaN(point.ratio)) return null;
  const known = keptEntries(point.perLayer, RESULT_LIMITS.layers, (x) => !Number.isNaN(x));
  const repaired: ConflictPoint = {
    ...point,
    cosine: cosine(point.cosine),
    ratio: bounded(point.ratio, 0, 1),
    ...(point.chance !== undefined && { chance: bounded(point.chance, 0, 0.5) }),
    perLayer: Object.fromEntries(Object.entries(known).map(([name, x]) => [name, cosine(x)])),
  };
  return v.is(ConflictPointSchema, repaired) ? repaired : null;
}

const DISTANCES = [
  'throughClean',
  'throughAdv',
  'batchDistance',
  'runningDistance',
  'affineDistance',
] as const;

/**
 * An infinite distance becomes the largest that a result can hold; a layer with a statistic that is not finite is left
 * out.
 */
function bnLayer(layer: BnLayer): BnLayer[] {
  const distances = Object.fromEntries(
    DISTANCES.flatMap((of) => (layer[of] === undefined ? [] : [[of, layer[of]] as const])),
  );
  if (Object.values(distances).some(Number.isNaN)) return [];
  const within = Object.entries(distances).map(([of, x]) => [of, bounded(x, 0, RESULT_LIMITS.distance)]);
  const repaired = { ...layer, ...(Object.fromEntries(within) as typeof distances) };
  return v.is(BnLayerSchema, repaired) ? [repaired] : [];
}

function bnPoint(point: BnPoint): BnPoint | null {
  const layers = point.layers.flatMap(bnLayer).slice(0, RESULT_LIMITS.layers);
  const repaired = { ...point, layers };
  return layers.length > 0 && v.is(BnPointSchema, repaired) ? repaired : null;
}

function pairPoint(point: PairPoint): PairPoint | null {
  const pairs = point.pairs
    .filter((p) => ![p.cosine, p.ratio, p.chance].some(Number.isNaN))
    .map((p) => ({
      ...p,
      cosine: cosine(p.cosine),
      ratio: bounded(p.ratio, 0, 1),
      chance: bounded(p.chance, 0, 0.5),
    }))
    .slice(0, RESULT_LIMITS.pairs);
  const repaired = { ...point, pairs };
  return pairs.length > 0 && v.is(PairPointSchema, repaired) ? repaired : null;
}

/** A series of a run: how many points it keeps, where a point stands in it, and what is kept of a point, or null. */
export interface SeriesOf<P> {
  readonly most: number;
  readonly at: (point: P) => number;
  /** Called for points that do not pass as they are. */
  readonly repair: (point: P) => P | null;
  readonly passes: (point: P) => boolean;
}

export const CURVES: SeriesOf<EpochPoint> = {
  most: RESULT_LIMITS.epochs,
  at: (p) => p.epoch,
  repair: epochPoint,
  // The schema reads a loss that is not finite as "not known".
  passes: (p) =>
    v.is(EpochPointSchema, p) && [p.loss ?? 0, ...Object.values(p.terms ?? {})].every(Number.isFinite),
};
export const CONFLICTS: SeriesOf<ConflictPoint> = {
  most: RESULT_LIMITS.conflictPoints,
  at: (p) => p.step,
  repair: conflictPoint,
  passes: (p) => v.is(ConflictPointSchema, p),
};
export const PAIRS: SeriesOf<PairPoint> = {
  most: RESULT_LIMITS.pairPoints,
  at: (p) => p.epoch,
  repair: pairPoint,
  passes: (p) => p.pairs.length > 0 && v.is(PairPointSchema, p),
};
export const BN: SeriesOf<BnPoint> = {
  most: RESULT_LIMITS.epochs,
  at: (p) => p.epoch,
  repair: bnPoint,
  passes: (p) => v.is(BnPointSchema, p),
};

/**
 * `points` with `point` at its end; the same array where it is not kept. Points at or after its place are dropped: a
 * race that is resumed from an earlier state measures them again. A full series first loses every second point, and
 * from then on keeps points at twice the distance: the points themselves show the distance, so that a resumed race
 * keeps the same ones.
 */
export function appended<P>(points: readonly P[], point: P, series: SeriesOf<P>): readonly P[] {
  const { most, at } = series;
  const kept = series.passes(point) ? point : series.repair(point);
  if (kept === null) return points;
  const last = points.at(-1);
  let before = last === undefined || at(last) < at(kept) ? points : points.filter((p) => at(p) < at(kept));
  if (before.length >= most) before = before.filter((_, i) => i % 2 === 0);
  if (before.length >= most / 2 && at(kept) - at(before.at(-1)!) < at(before[1]) - at(before[0]))
    return points;
  return [...before, kept];
}
