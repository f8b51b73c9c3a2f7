/** The quick robustness report: clean, FGSM, PGD-20 (CE and margin), an eps sweep, and checks that would show a weak attack. */
import * as tf from '@tensorflow/tfjs-core';
import { countCorrect } from '../core/analysis/accuracy.ts';
import { wilsonInterval } from '../core/analysis/wilson.ts';
import { fgsm } from '../core/attacks/fgsm.ts';
import { pgd } from '../core/attacks/pgd.ts';
import type { ImageSet } from '../core/data/dataset.ts';
import { RandomStream } from '../core/random.ts';
import type { Trainer } from '../core/training/trainer.ts';
import type { JobProgress, RobustnessReport, RobustnessRow } from './api.ts';

const BATCH = 100;
/** Radii of the sweep in units of 1/255; the last is so large that every attack must succeed. */
const SWEEP = [0, 2, 4, 8, 16, 32, 64];
const STEPS = 20;

type Attack = (x: tf.Tensor4D, y: tf.Tensor1D, batch: number) => tf.Tensor4D;

interface Column {
  readonly attack: string;
  readonly eps: number;
  readonly stepSize: number;
  readonly steps: number;
  readonly make: ((t: Trainer) => Attack) | null;
}

function pgdColumn(name: string, eps: number, loss: 'ce' | 'margin', seed: number): Column {
  // 2.5 eps / steps reaches any point of the ball from any start, at every radius.
  const stepSize = (2.5 * eps) / STEPS;
  const make = (t: Trainer) => (x: tf.Tensor4D, y: tf.Tensor1D, batch: number) =>
    tf.tidy(() => {
      const noise = RandomStream.of(seed, `robustness start ${batch}`).uniformArray(x.size, -1, 1);
      return pgd(t.logits, x, y, {
        eps,
        stepSize,
        steps: STEPS,
        loss,
        starts: [tf.tensor4d(noise, x.shape)],
      });
    });
  return { attack: name, eps, stepSize, steps: STEPS, make };
}

function columns(eps: number, seed: number): Column[] {
  return [
    { attack: 'clean', eps: 0, stepSize: 0, steps: 0, make: null },
    { attack: 'fgsm', eps, stepSize: eps, steps: 1, make: (t) => (x, y) => fgsm(t.logits, x, y, eps) },
    pgdColumn('pgd-20', eps, 'ce', seed),
    pgdColumn('pgd-20-margin', eps, 'margin', seed),
    ...SWEEP.filter((k) => k > 0).map((k) => pgdColumn('sweep', k / 255, 'ce', seed)),
  ];
}

/** Largest excess of |x' - x| over eps and of x' outside [0,1], over the images attacked so far. */
async function ballExcess(x: tf.Tensor4D, xAdv: tf.Tensor4D, eps: number): Promise<number> {
  const excess = tf.tidy(() =>
    tf.maximum(
      tf.sub(tf.max(tf.abs(tf.sub(xAdv, x))), eps),
      tf.maximum(tf.neg(tf.min(xAdv)), tf.sub(tf.max(xAdv), 1)),
    ),
  );
  const [value] = await excess.data();
  excess.dispose();
  return value;
}

type Flag = RobustnessReport['flags'][number];

/** Sentences for what does not fit together; each needs the rows it compares. */
export function sanityFlags(label: string, rows: readonly RobustnessRow[], excess: number): Flag[] {
  const flags: Flag[] = [];
  const flag = (id: string, message: string) => flags.push({ id, label, message });
  const own = rows.filter((r) => r.label === label);
  const correct = (attack: string) => own.find((r) => r.attack === attack)?.correct;
  const [clean, one, many] = ['clean', 'fgsm', 'pgd-20'].map(correct);
  const sweep = own.filter((r) => r.attack === 'sweep').sort((a, b) => a.eps - b.eps);
  if (excess > 1e-6)
    flag('ball', `An adversarial image left the eps-ball or [0,1] by ${excess.toExponential(1)}.`);
  if (one !== undefined && many !== undefined && many > one)
    flag(
      'iterative',
      `PGD-20 leaves ${many} images standing, single-step FGSM only ${one}: the gradient may be masked.`,
    );
  if (clean !== undefined && one !== undefined && one > clean)
    flag(
      'attack-helps',
      `More images are right under FGSM (${one}) than clean (${clean}): the attack does not work.`,
    );
  sweep.slice(1).forEach((r, i) => {
    if (r.correct > sweep[i].correct)
      flag(
        'monotone',
        `More images stand at eps ${Math.round(r.eps * 255)}/255 than at ${Math.round(sweep[i].eps * 255)}/255.`,
      );
  });
  const last = sweep[sweep.length - 1];
  if (last && last.eps * 255 >= 64 && last.correct > 0.1 * last.n)
    flag(
      'total',
      `${last.correct} of ${last.n} images stand even at eps ${Math.round(last.eps * 255)}/255: the attack is too weak.`,
    );
  return flags;
}

/**
 * Judges every trainer on the first n test images. `stopped` is asked between batches; a stopped report has `complete: false`
 * and only finished rows.
 */
export async function robustnessReport(
  trainers: readonly Trainer[],
  set: ImageSet,
  { n, seed, eps }: { n: number; seed: number; eps: number },
  onProgress: (p: JobProgress) => void,
  stopped: () => boolean,
): Promise<RobustnessReport> {
  const count = Math.min(n, set.labels.length);
  const indices = Array.from({ length: count }, (_, i) => i);
  const all = columns(eps, seed);
  // Cost of a column in network passes.
  const cost = (c: Column) => 1 + 2 * c.steps;
  const total = trainers.length * all.reduce((sum, c) => sum + cost(c), 0);
  const started = performance.now();
  const rows: RobustnessRow[] = [];
  const excess = new Map<string, number>();
  let done = 0;
  class ReportStopped extends Error {}
  try {
    for (const t of trainers)
      for (const c of all) {
        const { label } = t.contestant;
        const batches = Math.ceil(count / BATCH);
        const make = c.make?.(t);
        let first: Promise<number> | null = null;
        const correct = await countCorrect(t.logits, set, indices, {
          batchSize: BATCH,
          attack: make
            ? (x, y, batch) => {
                const xAdv = make(x, y, batch);
                first ??= ballExcess(x, xAdv, c.eps);
                return xAdv;
              }
            : undefined,
          afterBatch: async () => {
            await new Promise((resolve) => setTimeout(resolve));
            if (stopped()) throw new ReportStopped();
            done += cost(c) / batches;
            const elapsed = (performance.now() - started) / 1000;
            const what = `${c.attack === 'sweep' ? `PGD-20 at ε ${Math.round(c.eps * 255)}/255` : c.attack} against ${label}`;
            onProgress({ done, total, what, secondsLeft: (elapsed * (total - done)) / done });
          },
        });
        if (first) excess.set(label, Math.max(excess.get(label) ?? -Infinity, await first));
        const { attack, eps: radius, stepSize, steps } = c;
        const restarts = attack === 'clean' ? 0 : 1;
        rows.push({
          label,
          attack,
          eps: radius,
          stepSize,
          steps,
          restarts,
          correct,
          n: count,
          interval: wilsonInterval(correct, count),
        });
      }
  } catch (error) {
    if (!(error instanceof ReportStopped)) throw error;
  }
  const sweep = rows
    .filter((r) => r.attack === 'sweep' || r.attack === 'clean')
    .map((r) => ({ label: r.label, eps: r.eps, accuracy: r.correct / r.n }));
  return {
    rows: rows.filter((r) => r.attack !== 'sweep'),
    sweep,
    seed,
    branch: 'adv',
    complete: rows.length === trainers.length * all.length,
    flags: trainers.flatMap((t) =>
      sanityFlags(t.contestant.label, rows, excess.get(t.contestant.label) ?? 0),
    ),
  };
}
