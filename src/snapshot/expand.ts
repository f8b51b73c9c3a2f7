/** Expands a compact form to a race result, and checks that its lengths and indices agree. */
import { parseRaceResultInParts } from '../core/result/results-schema.ts';
import {
  RESULTS_VERSION,
  type BnPoint,
  type ConflictPair,
  type ConflictPoint,
  type EpochPoint,
  type InferenceSets,
  type RaceResult,
} from '../core/result/results.ts';
import { knownConfig, type LeftOut } from '../core/settings/known.ts';
import { SnapshotError } from './limits.ts';
import { SCALE, type Compact, type CompactBn, type CompactConflict, type CompactRun } from './schema.ts';

function sameLength(
  what: string,
  length: number,
  ...columns: readonly (readonly unknown[] | undefined)[]
): void {
  for (const column of columns)
    if (column && column.length !== length)
      throw new SnapshotError(`The link contradicts itself: the columns of ${what} differ in length.`);
}

function pick<T>(list: readonly T[], index: number, what: string): T {
  if (!(index >= 0 && index < list.length))
    throw new SnapshotError(`The link contradicts itself: it refers to a ${what} that it does not hold.`);
  return list[index];
}

function sums(differences: readonly number[]): number[] {
  let total = 0;
  return differences.map((d) => (total += d));
}

function curves(run: CompactRun): EpochPoint[] {
  sameLength(
    'a learning curve',
    run.e.length,
    run.s,
    run.c,
    run.r,
    run.tc,
    run.tr,
    run.fd,
    run.ho,
    run.lo,
    run.ba,
    run.lr,
    ...(run.t ?? []).map((t) => t[1]),
  );
  const steps = sums(run.s);
  return sums(run.e).map((epoch, i) => {
    const terms = (run.t ?? []).flatMap(([name, xs]) => (xs[i] === null ? [] : [[name, xs[i]] as const]));
    const optional = (xs: readonly (number | null)[] | undefined) => xs?.[i] ?? undefined;
    return {
      epoch,
      step: steps[i],
      clean: run.c[i] / SCALE.accuracy,
      robust: run.r[i] / SCALE.accuracy,
      ...(optional(run.tc) !== undefined && { trainClean: optional(run.tc)! / SCALE.accuracy }),
      ...(optional(run.tr) !== undefined && { trainRobust: optional(run.tr)! / SCALE.accuracy }),
      ...(optional(run.ho) !== undefined && { heldOutRobust: optional(run.ho)! / SCALE.accuracy }),
      ...(optional(run.fd) !== undefined && { featureDistance: optional(run.fd) }),
      ...(optional(run.lo) !== undefined && { loss: optional(run.lo) }),
      ...(terms.length > 0 && { terms: Object.fromEntries(terms) }),
      ...(optional(run.ba) !== undefined && { balance: optional(run.ba) }),
      ...(optional(run.lr) !== undefined && { learningRate: optional(run.lr) }),
    };
  });
}

function conflict(g: CompactConflict | undefined, names: readonly string[]): ConflictPoint[] {
  if (!g) return [];
  sameLength('the gradient conflict', g.s.length, g.c, g.r);
  sameLength('the gradient conflict by layer', g.l.length, g.p);
  sameLength('the gradient conflict by layer', g.k.length, ...g.p);
  const rows = g.l.map((i) => pick(names, i, 'layer'));
  const columns = g.k.map((_, j) =>
    Object.fromEntries(
      rows.flatMap((name, l) => {
        const x = g.p[l][j];
        return x === null ? [] : [[name, x / SCALE.perLayer] as const];
      }),
    ),
  );
  let held = 0;
  // A point without values by layer has those of the last point before it that has them.
  return sums(g.s).map((step, i) => {
    while (held + 1 < g.k.length && g.k[held + 1] <= i) held++;
    return {
      step,
      cosine: g.c[i] / SCALE.conflict,
      ratio: g.r[i] / SCALE.conflict,
      perLayer: columns[held] ?? {},
    };
  });
}

const conflictMean = ([cosine, ratio, chance]: NonNullable<CompactConflict['m']>) => ({
  cosine,
  ratio,
  ...(chance !== undefined && { chance }),
});

function pairs(rows: NonNullable<CompactRun['pp']>, names: readonly string[]): ConflictPair[] {
  sameLength('the pairs of terms', 5, ...rows);
  return rows.map(([first, second, ...figures]) => {
    const [cosine, ratio, chance] = figures.map((x) => x / SCALE.conflict);
    return { first: pick(names, first, 'term'), second: pick(names, second, 'term'), cosine, ratio, chance };
  });
}

function inferenceSets(numbers: NonNullable<CompactRun['fs']>): InferenceSets {
  const [n, cleanToAdv, advToClean, ...points] = numbers;
  if (numbers.length < 3 || points.length % 3 !== 0)
    throw new SnapshotError(
      'The link contradicts itself: a path between two sets is not made of whole points.',
    );
  const path = Array.from({ length: points.length / 3 }, (_, i) => {
    const [share, clean, robust] = points.slice(3 * i, 3 * i + 3);
    return { share, clean, robust };
  });
  return { n, path, cleanToAdv, advToClean };
}

/** The layer name in epochs for which a link has only the mean distance over all layers. */
export const MEAN_LAYER = 'all';

function bn(b: CompactBn | undefined, names: readonly string[]): BnPoint[] {
  if (!b) return [];
  sameLength('the BatchNorm distances', b.l.length, b.b, b.bc, b.r, b.a, b.c ? b.s : undefined);
  const epochs = sums(b.he ?? []);
  sameLength('the BatchNorm history', epochs.length, b.hb ?? [], b.hc, b.hr ?? []);
  const ofBatch = (adv: number, clean = adv, affine = 0) =>
    b.o ? { throughClean: clean, throughAdv: adv, affineDistance: affine } : { batchDistance: adv };
  const none = { mean: [], std: [] };
  const earlier = epochs.map((epoch, i): BnPoint => {
    const distances = {
      ...ofBatch(b.hb?.[i] ?? 0, b.hc?.[i]),
      runningDistance: b.hr?.[i] ?? 0,
    };
    return { epoch, layers: [{ name: MEAN_LAYER, ...distances, clean: none, adv: none }] };
  });
  return [
    ...earlier,
    {
      epoch: b.e,
      layers: b.l.map((index, i) => {
        const statistics = b.c ? b.s[i] : [];
        sameLength('the BatchNorm statistics', 4 * b.c, statistics);
        const part = (k: number) => statistics.slice(k * b.c, (k + 1) * b.c);
        return {
          name: pick(names, index, 'layer'),
          ...ofBatch(b.b[i], b.bc?.[i], b.a?.[i]),
          runningDistance: b.r[i],
          clean: { mean: part(0), std: part(1) },
          adv: { mean: part(2), std: part(3) },
        };
      }),
    },
  ];
}

/** The contestant that a run refers to; undefined if this version left it out. */
function contestantOf(w: CompactRun['w'], places: readonly unknown[]): object | undefined {
  if (typeof w !== 'number') return { label: w.label, method: w.method, switches: w.switches };
  return pick(places, w, 'contestant') as object | undefined;
}

/**
 * Expands `compact` and awaits `pause` after every few milliseconds of work. Adds to `leftOut` what this version does
 * not know. Rejects with one sentence: a `SnapshotError` for contradictions, an `Error` for values out of range.
 */
export async function fromCompact(
  compact: Compact,
  pause: () => Promise<void>,
  leftOut: LeftOut,
): Promise<RaceResult> {
  const { config, places } = knownConfig(compact.cfg, leftOut);
  const runs: unknown[] = [];
  for (const run of compact.runs) {
    await pause();
    const contestant = contestantOf(run.w, places);
    if (!contestant) continue;
    const style = (typeof run.w === 'number' ? compact.sy?.[run.w] : null) ?? null;
    runs.push({
      ...contestant,
      ...(style !== null && { style }),
      ...(run.sd !== undefined && { seed: run.sd }),
      curves: curves(run),
      gradientConflict: conflict(run.g, compact.names),
      ...(run.g?.m && { conflictMean: conflictMean(run.g.m) }),
      ...(run.pp && { conflictPairs: [{ epoch: run.pe ?? 0, pairs: pairs(run.pp, compact.names) }] }),
      bn: bn(run.b, compact.names),
      final: run.f && {
        clean: run.f[0],
        robust: run.f[1],
        n: run.f[2],
        ...(run.fe !== undefined && { epoch: run.fe }),
        attack: run.f[3],
        ...(run.fs && { sets: inferenceSets(run.fs) }),
        ...(run.fv && { verdicts: { images: run.fv[0], clean: run.fv[1], robust: run.fv[2] } }),
      },
      ...(run.x !== undefined && { failure: run.x }),
      imagesPerSecond: run.i,
      seconds: run.d,
    });
  }
  const result = {
    version: RESULTS_VERSION,
    config,
    backend: compact.be,
    device: compact.dev,
    ...(compact.ar !== undefined && { arithmetic: compact.ar }),
    ...(compact.ea && { earlier: compact.ea }),
    ...(compact.rep && { report: compact.rep }),
    ...(compact.sc && { scale: compact.sc }),
    dataset: { provenance: compact.prov, classNames: compact.cls },
    status: compact.st,
    finishedAt: compact.at,
    appVersion: compact.app,
    ...(compact.git !== undefined && { commit: compact.git }),
    runs,
  };
  return parseRaceResultInParts(result, pause, leftOut);
}
