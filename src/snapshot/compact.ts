/** Converts a race result to its compact form at a given level of detail. */
import type {
  BnLayer,
  BnPoint,
  ConflictPair,
  ConflictPoint,
  EpochPoint,
  RaceResult,
  RunResult,
} from '../core/result/results.ts';
import { briefConfig } from './brief-config.ts';
import { bestPoint } from '../core/result/best-epoch.ts';
import { meanConflict } from '../core/result/conflict-mean.ts';
import { SNAPSHOT_VERSION } from './limits.ts';
import { plainText } from './plain.ts';
import { SCALE, type Compact, type CompactBn, type CompactConflict, type CompactRun } from './schema.ts';

/** How much of the series a link holds; it always has the whole final table and configuration. */
export interface Detail {
  /** Points of each learning curve, evenly spread, with the first and the last. */
  readonly epochs: number;
  /** Whether it holds the loss terms by epoch. */
  readonly terms: boolean;
  /** Points of the gradient conflict. */
  readonly conflict: number;
  /** How many of the conflict's points have values by layer. */
  readonly perLayer: number;
  /** Channels of BatchNorm statistics kept per layer. */
  readonly channels: number;
  /** Only accuracies, the conflict's mean and the table: no BatchNorm, pairs, sets, loss, balance or learning rate. */
  readonly brief?: boolean;
  /** Whether it holds training time and speed; they are 0 if it does not. */
  readonly times?: boolean;
  /** Whether it holds the verdict on each test image, from which intervals of differences follow. */
  readonly verdicts?: boolean;
}

/** From the most detail to the least: the first that fits the target length is used. */
export const DETAILS: readonly Detail[] = [
  { epochs: 1001, terms: true, conflict: 120, perLayer: 24, channels: 8 },
  { epochs: 1001, terms: true, conflict: 80, perLayer: 16, channels: 4 },
  { epochs: 1001, terms: true, conflict: 60, perLayer: 12, channels: 4 },
  { epochs: 1001, terms: true, conflict: 50, perLayer: 8, channels: 2 },
  { epochs: 1001, terms: true, conflict: 36, perLayer: 6, channels: 2 },
  { epochs: 101, terms: false, conflict: 36, perLayer: 6, channels: 2 },
  { epochs: 101, terms: false, conflict: 30, perLayer: 4, channels: 2 },
  { epochs: 101, terms: false, conflict: 24, perLayer: 3, channels: 2 },
  { epochs: 101, terms: false, conflict: 30, perLayer: 4, channels: 0 },
  { epochs: 51, terms: false, conflict: 24, perLayer: 3, channels: 0 },
  { epochs: 26, terms: false, conflict: 16, perLayer: 2, channels: 0 },
  { epochs: 21, terms: false, conflict: 12, perLayer: 1, channels: 0 },
  // For many contestants over many seeds.
  { epochs: 12, terms: false, conflict: 6, perLayer: 1, channels: 0 },
];

const brief = (epochs: number, conflict: 0 | 1 = 1, times = true): Detail => ({
  ...{ epochs, terms: false, conflict, perLayer: 0, channels: 0 },
  brief: true,
  times,
});
/** Levels of a short link, from the most detail to the least; the last ones are for many contestants and seeds. */
export const BRIEF_DETAILS: readonly Detail[] = [
  ...[20, 12, 6, 2, 0].map((epochs) => brief(epochs)),
  brief(0, 0),
  brief(0, 0, false),
];

/** `keep` of the indices below `length`, evenly spread, with the first and the last; only the last if `keep` is 1. */
export function spread(length: number, keep: number): number[] {
  if (length <= keep) return Array.from({ length }, (_, i) => i);
  if (keep < 1) return [];
  if (keep === 1) return [length - 1];
  return Array.from({ length: keep }, (_, i) => Math.round((i * (length - 1)) / (keep - 1)));
}

const differences = (xs: readonly number[]) => xs.map((x, i) => x - (i ? xs[i - 1] : 0));
const significant = (x: number, digits: number) => Number(x.toPrecision(digits));
const orNull = (x: number | undefined, digits: number) =>
  x === undefined || !Number.isFinite(x) ? null : significant(x, digits);
const scaled = (x: number, scale: number) => Math.round(x * scale);

function column(points: readonly EpochPoint[], of: (p: EpochPoint) => number | undefined, digits = 4) {
  const values = points.map((p) => orNull(of(p), digits));
  return values.some((x) => x !== null) ? values : undefined;
}

/** Accuracies that some of the points may lack, as whole multiples of 1/SCALE.accuracy. */
function fractions(points: readonly EpochPoint[], of: (p: EpochPoint) => number | undefined) {
  const values = points.map(of);
  if (values.every((x) => x === undefined)) return undefined;
  return values.map((x) => (x === undefined ? null : scaled(x, SCALE.accuracy)));
}

function terms(points: readonly EpochPoint[]): CompactRun['t'] {
  const names = [...new Set(points.flatMap((p) => Object.keys(p.terms ?? {})))];
  return names.length ? names.map((n) => [n, column(points, (p) => p.terms?.[n], 3) ?? []]) : undefined;
}

/** A list of names, each with an index. */
class Names {
  readonly list: string[] = [];
  index(name: string): number {
    const at = this.list.indexOf(name);
    return at >= 0 ? at : this.list.push(name) - 1;
  }
}

function conflict(run: RunResult, detail: Detail, names: Names): CompactConflict | undefined {
  const all: readonly ConflictPoint[] = run.gradientConflict;
  const points = spread(all.length, detail.conflict).map((i) => all[i]);
  if (!points.length) return undefined;
  const carriers = spread(points.length, detail.perLayer);
  const layers = [...new Set(carriers.flatMap((i) => Object.keys(points[i].perLayer)))];
  // Rounded cosines would have another mean, too: the table of the link is that of the race.
  const mean = meanConflict(run)!;
  return {
    m:
      mean.chance === undefined
        ? [significant(mean.cosine, 4), significant(mean.ratio, 4)]
        : [significant(mean.cosine, 4), significant(mean.ratio, 4), significant(mean.chance, 4)],
    s: differences(points.map((p) => p.step)),
    c: points.map((p) => scaled(p.cosine, SCALE.conflict)),
    r: points.map((p) => scaled(p.ratio, SCALE.conflict)),
    l: layers.map((l) => names.index(l)),
    k: carriers,
    p: layers.map((l) =>
      carriers.map((i) => {
        const x = points[i].perLayer[l];
        return x === undefined ? null : scaled(x, SCALE.perLayer);
      }),
    ),
  };
}

/** x and x' of every layer went through the same set (results.ts). */
const isThroughOneSet = ({ layers }: BnPoint): boolean => layers.every((l) => l.throughAdv !== undefined);

/** BatchNorm is shared: all that could tell two sets apart is nothing. */
const hasOneSet = ({ layers }: BnPoint): boolean =>
  layers.every((l) => l.throughClean === l.throughAdv && l.runningDistance === 0 && l.affineDistance === 0);

function bn(points: readonly BnPoint[], detail: Detail, names: Names): CompactBn | undefined {
  const last = points.at(-1);
  if (!last) return undefined;
  const keep = Math.min(
    detail.channels,
    ...last.layers.map((l) => Math.min(l.clean.mean.length, l.adv.mean.length)),
  );
  const some = (xs: readonly number[]) => xs.slice(0, keep).map((x) => significant(x, 2));
  // A race that an earlier version began holds epochs that it measured in its own way: those before are left out.
  const measuredAlike = points.slice(0, -1).filter((p) => isThroughOneSet(p) === isThroughOneSet(last));
  const earlier = spread(measuredAlike.length, detail.epochs).map((i) => measuredAlike[i]);
  const sets = !isThroughOneSet(last) ? null : points.every(hasOneSet) ? 1 : 2;
  const batch = (l: BnLayer) => (sets !== null ? l.throughAdv : l.batchDistance) ?? 0;
  const mean = (p: BnPoint, of: (l: BnPoint['layers'][number]) => number) =>
    significant(p.layers.reduce((sum, l) => sum + of(l), 0) / Math.max(1, p.layers.length), 3);
  return {
    ...(earlier.length && {
      he: differences(earlier.map((p) => p.epoch)),
      hb: earlier.map((p) => mean(p, batch)),
      ...(sets === 2 && { hc: earlier.map((p) => mean(p, (l) => l.throughClean ?? 0)) }),
      hr: earlier.map((p) => mean(p, (l) => l.runningDistance)),
    }),
    e: last.epoch,
    l: last.layers.map((l) => names.index(l.name)),
    b: last.layers.map((l) => significant(batch(l), 3)),
    ...(sets !== null && { o: sets }),
    ...(sets === 2 && { bc: last.layers.map((l) => significant(l.throughClean ?? 0, 3)) }),
    r: last.layers.map((l) => significant(l.runningDistance, 3)),
    ...(sets === 2 && { a: last.layers.map((l) => significant(l.affineDistance ?? 0, 3)) }),
    c: keep,
    s: keep
      ? last.layers.map((l) => [
          ...some(l.clean.mean),
          ...some(l.clean.std),
          ...some(l.adv.mean),
          ...some(l.adv.std),
        ])
      : [],
  };
}

/** Those that were measured last. */
function pairs({ conflictPairs = [] }: RunResult, names: Names): Pick<CompactRun, 'pe' | 'pp'> {
  const last = conflictPairs.at(-1);
  if (!last) return {};
  const figures = (p: ConflictPair) => [p.cosine, p.ratio, p.chance].map((x) => scaled(x, SCALE.conflict));
  return {
    pe: last.epoch,
    pp: last.pairs.map((p) => [names.index(p.first), names.index(p.second), ...figures(p)]),
  };
}

function sets({ final }: RunResult): CompactRun['fs'] {
  if (!final?.sets) return undefined;
  const { n, cleanToAdv, advToClean, path } = final.sets;
  const points = path.flatMap(({ share, clean, robust }) => [share, clean, robust]);
  return [n, ...[cleanToAdv, advToClean, ...points].map((x) => significant(x, 4))];
}

/**
 * Evenly spread points of the curve, and the best one, which the table names (result/best-epoch.ts). None of a complete
 * run if the level has none: its final figures are its last point.
 */
function curvePoints({ curves, final }: RunResult, detail: Detail): EpochPoint[] {
  if (detail.epochs === 0) return final ? [] : curves.slice(-1);
  const best = bestPoint(curves);
  const kept = new Set(spread(curves.length, detail.epochs).map((i) => curves[i]));
  return curves.filter((p) => kept.has(p) || p === best);
}

function compactRun(run: RunResult, race: RaceResult, detail: Detail, names: Names): CompactRun {
  const points = curvePoints(run, detail);
  const verdicts = run.final?.verdicts;
  const contestant = { label: run.label, method: run.method, switches: run.switches };
  const index = race.config.contestants.findIndex(
    (c) =>
      c.label === run.label &&
      c.method === run.method &&
      (Object.keys(c.switches) as (keyof typeof c.switches)[]).every(
        (k) => c.switches[k] === run.switches[k],
      ),
  );
  return {
    w: index >= 0 ? index : contestant,
    sd: run.seed,
    e: differences(points.map((p) => p.epoch)),
    s: differences(points.map((p) => p.step)),
    c: points.map((p) => scaled(p.clean, SCALE.accuracy)),
    r: points.map((p) => scaled(p.robust, SCALE.accuracy)),
    tc: detail.brief ? undefined : fractions(points, (p) => p.trainClean),
    tr: detail.brief ? undefined : fractions(points, (p) => p.trainRobust),
    ho: detail.brief ? undefined : fractions(points, (p) => p.heldOutRobust),
    fe: run.final?.epoch,
    fs: detail.brief ? undefined : sets(run),
    fv: detail.verdicts && verdicts ? [verdicts.images, verdicts.clean, verdicts.robust] : undefined,
    fd: detail.terms ? column(points, (p) => p.featureDistance, 3) : undefined,
    lo: detail.brief ? undefined : column(points, (p) => p.loss),
    ba: detail.brief ? undefined : column(points, (p) => p.balance, 3),
    lr: detail.brief ? undefined : column(points, (p) => p.learningRate, 3),
    t: detail.terms ? terms(points) : undefined,
    g: conflict(run, detail, names),
    b: detail.brief ? undefined : bn(run.bn, detail, names),
    ...(detail.brief ? {} : pairs(run, names)),
    f: run.final
      ? [significant(run.final.clean, 6), significant(run.final.robust, 6), run.final.n, run.final.attack]
      : null,
    x: run.failure,
    i: detail.brief && !detail.times ? 0 : significant(run.imagesPerSecond, 4),
    d: detail.brief && !detail.times ? 0 : significant(run.seconds, 5),
  };
}

function styles({ config, runs }: RaceResult): Pick<Compact, 'sy'> {
  const sy = config.contestants.map(({ label }) => runs.find((r) => r.label === label)?.style ?? null);
  return sy.every((style) => style === null) ? {} : { sy };
}

/**
 * The compact form of `race`. Strings lose what could be read as markup or an address, numbers are rounded (`SCALE`),
 * and series have the points that `detail` says.
 */
export function toCompact(race: RaceResult, detail: Detail): Compact {
  const names = new Names();
  const runs = race.runs.map((run) => compactRun(run, race, detail, names));
  const compact: Compact = {
    v: SNAPSHOT_VERSION,
    app: race.appVersion,
    ...(race.commit !== undefined && { git: race.commit }),
    at: race.finishedAt,
    st: race.status,
    be: race.backend,
    dev: race.device,
    ...(race.arithmetic !== undefined && { ar: race.arithmetic }),
    ...(race.earlier && { ea: race.earlier.map((part) => ({ ...part })) }),
    ...(race.report && !detail.brief && { rep: { ...race.report } }),
    ...(race.scale && { sc: { ...race.scale } }),
    prov: race.dataset.provenance,
    cls: [...race.dataset.classNames],
    cfg: briefConfig(race.config),
    names: names.list,
    ...styles(race),
    runs,
  };
  return JSON.parse(JSON.stringify(compact), (_, x) => (typeof x === 'string' ? plainText(x) : x)) as Compact;
}
