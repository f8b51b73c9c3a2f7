/**
 * Makes a robustness report: attacks, eps sweep, transfer, checks. It can be paused, or stopped with the rows so far.
 */
import type * as tf from '@tensorflow/tfjs-core';
import { AttackModel, argmax, gatherRows } from '../attacks/attack-model.ts';
import { attackSet, type AttackSetResult } from '../attacks/attack-set.ts';
import { crossEntropyPerExample } from '../attacks/losses.ts';
import { toFloat } from '../data/augment.ts';
import type { ImageSet } from '../data/dataset.ts';
import type { BnBranch, LogitsFn } from '../nn/types.ts';
import { checkResults, count, type AttackFacts, type Facts } from './checks.ts';
import { radiusText } from './radius.ts';
import {
  columnsOf,
  countsOf,
  plannedPasses,
  statedStep,
  SWEEP,
  type Column,
  type RobustnessOptions,
} from './plan.ts';
import type { CheckResult, RobustnessReport, RobustnessRow } from '../result/stress-report.ts';
import { wilsonInterval } from '../result/wilson.ts';

const BATCH = 100;

export interface JudgedModel {
  /** Unique among the models of a report. */
  readonly label: string;
  readonly logits: LogitsFn;
  readonly classes: number;
  /** Running statistics, to check that the report does not change them. */
  readonly buffers: ReadonlyMap<string, tf.Variable>;
  /** The BatchNorm set through which it answers; absent: adv. */
  readonly branch?: BnBranch;
  /** Number of its outputs if `logits` gives only those for some classes. */
  readonly outputs?: number;
}

export interface ReportProgress {
  /** Network passes times images, out of `total`. */
  readonly done: number;
  readonly total: number;
  /** What is being measured, in words. */
  readonly what: string;
  /** Rows finished so far. */
  readonly rows: readonly RobustnessRow[];
}

/** `yieldPoint` throws this to end a report with the rows so far. */
export class ReportStopped extends Error {}

interface Measured {
  readonly model: AttackModel;
  readonly judged: JudgedModel;
  readonly attacks: Map<string, AttackFacts>;
  readonly sweep: { eps: number; correct: number }[];
  clean: boolean[];
  excess: number;
  zeroGradients: number;
  randomness: number;
  statisticsChange: number;
  onlyBlackBox: number | null;
  /** x' of PGD-20, for transfer. */
  adversarial: Float32Array | null;
  readonly transfer: Map<string, boolean[]>;
}

async function readBuffers({ buffers }: JudgedModel): Promise<Float32Array[]> {
  return Promise.all([...buffers.values()].map(async (b) => Float32Array.from(await b.data())));
}

const largestDifference = (a: Float32Array, b: Float32Array): number =>
  a.reduce((worst, v, i) => Math.max(worst, Math.abs(v - b[i])), 0);

class Reporter {
  private readonly x: Float32Array;
  private readonly y: Int32Array;
  private readonly rows: RobustnessRow[] = [];
  private readonly total: number;
  private done = 0;

  constructor(
    private readonly options: RobustnessOptions,
    set: ImageSet,
    private readonly classes: number,
    private readonly models: number,
    private readonly yieldPoint: (p: ReportProgress) => Promise<void>,
  ) {
    const indices = Array.from({ length: options.n }, (_, i) => i);
    this.x = toFloat(set.images, indices);
    this.y = Int32Array.from(indices, (i) => set.labels[i]);
    this.total = plannedPasses(options, classes, models);
  }

  private async spend(passes: number, what: string): Promise<void> {
    this.done = Math.min(this.total, this.done + passes);
    await this.yieldPoint({ done: this.done, total: this.total, what, rows: this.rows });
  }

  /** Per image, whether the model's answer is right; works batch by batch. */
  private async right(model: AttackModel, images: Float32Array, what: string): Promise<boolean[]> {
    const out: boolean[] = [];
    for (let first = 0; first < this.y.length; first += BATCH) {
      const batch = images.subarray(first * model.imageSize, (first + BATCH) * model.imageSize);
      const logits = await model.logits(batch);
      const n = batch.length / model.imageSize;
      for (let i = 0; i < n; i++) out.push(argmax(logits, model.classes, i) === this.y[first + i]);
      await this.spend(n, what);
    }
    return out;
  }

  private row(
    m: Measured,
    column: { id: string; name: string; partOf?: string },
    budget: { iterations: number; restarts: number; targets: number },
    correct: number,
    tried: number,
    seconds: number,
    eps = this.options.eps,
  ): void {
    this.rows.push({
      label: m.judged.label,
      attack: column.id,
      name: column.name,
      partOf: column.partOf ?? null,
      eps,
      stepSize: statedStep(column.id, eps, budget.iterations),
      counts: countsOf(column.id),
      ...budget,
      correct,
      tried,
      n: this.y.length,
      interval: wilsonInterval(correct, Math.max(1, tried)),
      seconds,
      ...(m.judged.branch === 'clean' && { branch: m.judged.branch }),
      ...(m.judged.outputs !== undefined && { outputs: m.judged.outputs }),
    });
  }

  async clean(m: Measured): Promise<void> {
    const what = `clean images, ${m.judged.label}`;
    const started = performance.now();
    m.clean = await this.right(m.model, this.x, what);
    const none = { iterations: 0, restarts: 0, targets: 0 };
    const seconds = (performance.now() - started) / 1000;
    this.row(m, { id: 'clean', name: 'Clean' }, none, count(m.clean), m.clean.length, seconds, 0);
    const size = m.model.imageSize;
    for (let first = 0; first < this.y.length; first += BATCH) {
      const images = this.x.subarray(first * size, (first + BATCH) * size);
      const labels = this.y.subarray(first, first + BATCH);
      const { gradient, logits } = await m.model.gradient(images, labels, labels, crossEntropyPerExample);
      for (let o = 0; o < gradient.length; o += size)
        if (gradient.subarray(o, o + size).every((v) => v === 0)) m.zeroGradients++;
      if (first === 0) m.randomness = largestDifference(logits, await m.model.logits(images));
      await this.spend(5 * labels.length, what);
    }
  }

  private async attack(m: Measured, column: Column, eps: number): Promise<AttackSetResult> {
    const { norm, seed } = this.options;
    const planned =
      this.y.length * column.entries.reduce((sum, e) => sum + e.attack.passes(e.budget, this.classes), 1);
    const before = this.done;
    const result = await attackSet(
      {
        model: m.model,
        x: this.x,
        y: this.y,
        threat: { norm, eps },
        seed,
        batchSize: BATCH,
        onProgress: async (done, total, attack) => {
          this.done = before + (planned * done) / total;
          const radius = radiusText({ norm, eps });
          await this.spend(0, `${attack.name} at ε ${radius} against ${m.judged.label}`);
        },
      },
      column.entries,
      (error) => error instanceof ReportStopped,
    );
    this.done = before + planned;
    m.excess = Math.max(m.excess, result.excess);
    return result;
  }

  /** Runs one attack or ensemble at the report's eps and adds its rows. Throws `ReportStopped` when it is stopped. */
  async column(m: Measured, column: Column): Promise<void> {
    const result = await this.attack(m, column, this.options.eps);
    const { verdicts, fooledBy, adversarial, complete } = result;
    const tried = verdicts.filter((v) => v !== 'untried').length;
    const robust = verdicts.map((v) => v === 'robust');
    const seconds = Object.values(result.seconds).reduce((a, b) => a + b, 0);
    const [{ attack, budget }] = column.entries;
    const single = column.entries.length === 1;
    const stated = single ? budget : { iterations: 0, restarts: 0, targets: 0 };
    if (tried > 0) this.row(m, column, stated, count(robust), tried, seconds);
    if (!complete) throw new ReportStopped();
    m.attacks.set(column.id, { name: column.name, whiteBox: single && attack.whiteBox, robust });
    if (column.id === 'pgd-20' && this.models > 1) {
      await this.attackWrong(m, column, adversarial);
      m.adversarial = adversarial;
    }
    if (single) return;
    let left = verdicts.filter((v) => v !== 'wrong').length;
    let afterWhiteBox = left;
    for (const e of column.entries) {
      left -= fooledBy.filter((id) => id === e.attack.id).length;
      if (e.attack.whiteBox) afterWhiteBox = left;
      const part = { id: e.attack.id, name: `after ${e.attack.name}`, partOf: column.id };
      this.row(m, part, e.budget, left, tried, result.seconds[e.attack.id] ?? 0);
    }
    m.onlyBlackBox = afterWhiteBox - left;
  }

  /**
   * Attacks the images that the model gets wrong without attack, which `attackSet` skips. Another model may get them
   * right, so that transfer needs x' of these too: else the x' of a less accurate model would seem too weak.
   */
  private async attackWrong(m: Measured, { entries }: Column, adversarial: Float32Array): Promise<void> {
    const { norm, seed, eps } = this.options;
    const [{ attack, budget }] = entries;
    const size = m.model.imageSize;
    const wrong = [...m.clean.keys()].filter((i) => !m.clean[i]);
    for (let first = 0; first < wrong.length; first += BATCH) {
      const indices = wrong.slice(first, first + BATCH);
      const outcome = await attack.run(
        {
          model: m.model,
          x: gatherRows(this.x, size, indices),
          y: gatherRows(this.y, 1, indices),
          threat: { norm, eps },
          seed,
          // Numbers after the batches of `attackSet`, so that no random stream is used twice.
          batch: Math.ceil((this.y.length + first) / BATCH),
          pace: () => this.spend(0, `${attack.name} for transfer from ${m.judged.label}`),
        },
        budget,
      );
      indices.forEach((i, r) =>
        adversarial.set(outcome.adversarial.subarray(r * size, (r + 1) * size), i * size),
      );
    }
  }

  /** Adds the row that counts an image only if the model is right on it under every attack. */
  worst(m: Measured): void {
    const robust = m.clean.map((ok, i) => ok && [...m.attacks.values()].every((a) => a.robust[i]));
    const none = { iterations: 0, restarts: 0, targets: 0 };
    const name = 'Worst case over all of these, image by image';
    this.row(m, { id: 'worst', name }, none, count(robust), robust.length, 0);
  }

  async sweep(m: Measured, pgd: Column): Promise<void> {
    const { eps } = this.options;
    const at = m.attacks.get(pgd.id);
    m.sweep.push({ eps: 0, correct: count(m.clean) });
    for (const factor of SWEEP) {
      if (factor > 1 && at && !m.sweep.some((p) => p.eps === eps))
        m.sweep.push({ eps, correct: count(at.robust) });
      const { verdicts, complete } = await this.attack(m, pgd, eps * factor);
      if (!complete) throw new ReportStopped();
      m.sweep.push({ eps: eps * factor, correct: verdicts.filter((v) => v === 'robust').length });
    }
  }

  /** Measures this model on the x' that PGD-20 made for every other. */
  async transfer(m: Measured, all: readonly Measured[]): Promise<void> {
    for (const from of all) {
      if (from === m || !from.adversarial) continue;
      const what = `images made for ${from.judged.label}, ${m.judged.label}`;
      m.transfer.set(from.judged.label, await this.right(m.model, from.adversarial, what));
    }
  }

  checks(m: Measured): CheckResult[] {
    const facts: Facts = {
      ...m,
      norm: this.options.norm,
      largeEps: this.options.eps * SWEEP[SWEEP.length - 1],
    };
    return checkResults(facts, m.judged.label);
  }

  report(all: readonly Measured[], complete: boolean): RobustnessReport {
    const n = this.y.length;
    return {
      options: this.options,
      branch: 'adv',
      rows: this.rows,
      sweep: all.flatMap((m) =>
        m.sweep.map(({ eps, correct }) => ({ label: m.judged.label, eps, accuracy: correct / n })),
      ),
      transfer: all.flatMap((m) => [
        ...[...m.transfer].map(([from, right]) => ({
          from,
          label: m.judged.label,
          accuracy: count(right) / n,
        })),
      ]),
      checks: all.flatMap((m) => this.checks(m)),
      complete,
    };
  }
}

/**
 * Judges every model, all with the same classes, on the first n images of `set`. `yieldPoint` is awaited between small
 * pieces of work. It may wait, or throw `ReportStopped`: the report then has `complete: false`, and its rows say how
 * many images were tried. Any other error is thrown on.
 */
export async function robustnessReport(
  models: readonly JudgedModel[],
  set: ImageSet,
  options: RobustnessOptions,
  yieldPoint: (p: ReportProgress) => Promise<void>,
): Promise<RobustnessReport> {
  const own = { ...options, n: Math.min(options.n, set.labels.length) };
  const { classes } = models[0];
  const reporter = new Reporter(own, set, classes, models.length, yieldPoint);
  const measured: Measured[] = models.map((judged) => ({
    model: new AttackModel(judged.logits, judged.classes),
    judged,
    attacks: new Map(),
    sweep: [],
    clean: [],
    excess: 0,
    zeroGradients: 0,
    randomness: 0,
    statisticsChange: 0,
    onlyBlackBox: null,
    adversarial: null,
    transfer: new Map(),
  }));
  const before = await Promise.all(models.map(readBuffers));
  const columns = columnsOf(own.depth, classes);
  let complete = true;
  try {
    for (const m of measured) await reporter.clean(m);
    for (const column of columns) for (const m of measured) await reporter.column(m, column);
    for (const m of measured) reporter.worst(m);
    for (const m of measured)
      await reporter.sweep(
        m,
        columns.find((c) => c.id === 'pgd-20')!,
      );
    for (const m of measured) await reporter.transfer(m, measured);
  } catch (error) {
    if (!(error instanceof ReportStopped)) throw error;
    complete = false;
  }
  for (const [k, m] of measured.entries()) {
    const after = await readBuffers(m.judged);
    m.statisticsChange = Math.max(0, ...after.map((b, i) => largestDifference(b, before[k][i])));
  }
  return reporter.report(measured, complete);
}
