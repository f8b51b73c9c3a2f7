/**
 * Attacks over a whole test set: batch by batch, each next attack only on what still stands, stoppable with what there
 * is.
 */
import { argmax, gatherRows, type AttackModel } from './attack-model.ts';
import { distance } from './threat.ts';
import type { Budget, EvaluationAttack, Threat } from './types.ts';

/** An attack with how hard it tries. */
export interface Entry {
  readonly attack: EvaluationAttack;
  readonly budget: Budget;
}

export interface AttackSetInput {
  readonly model: AttackModel;
  /** Float32 pixels in [0,1], n images, and labels. Never changed. */
  readonly x: Float32Array;
  readonly y: Int32Array;
  readonly threat: Threat;
  readonly seed: number;
  readonly batchSize?: number;
  /**
   * Awaited between small pieces of work. `done` of `total` network passes; what images that fell early save is counted
   * as done. May wait (pause), or throw to stop.
   */
  readonly onProgress?: (done: number, total: number, attack: EvaluationAttack) => Promise<void> | void;
}

export interface AttackSetResult {
  readonly n: number;
  /**
   * Per image. 'untried': the work was stopped before every attack was through with the image's batch. Images that had
   * fallen by then are untried too, or those that are judged would be more often fallen than all are; `felledBy` tells
   * them.
   */
  readonly verdicts: readonly ('wrong' | 'fallen' | 'standing' | 'untried')[];
  /** Per image, the id of the attack that felled it, also in a batch that was not finished. */
  readonly felledBy: readonly (string | null)[];
  readonly adversarial: Float32Array;
  /** Seconds by attack id, with what was spent on an unfinished batch. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly complete: boolean;
  /**
   * Largest ||x' - x|| - eps and excursion out of [0,1] over all x', measured against a copy of x that no attack has
   * seen.
   */
  readonly excess: number;
}

const BATCH = 100;

/** Largest violation of the threat over all images. */
function worstExcess({ norm, eps }: Threat, xAdv: Float32Array, x: Float32Array, size: number): number {
  let worst = -Infinity;
  for (let o = 0; o < x.length; o += size) worst = Math.max(worst, distance(norm, xAdv, x, o, size) - eps);
  for (const v of xAdv) worst = Math.max(worst, -v, v - 1);
  return worst;
}

/**
 * Runs `entries` in order on the images that the model classifies right. An image counts as fallen only when the model
 * is wrong on its x' in a pass of its own after the attack. A throw of `onProgress` that `isStop` recognises ends with
 * a partial result; any other is thrown on.
 */
export async function attackSet(
  { model, x, y, threat, seed, batchSize = BATCH, onProgress }: AttackSetInput,
  entries: readonly Entry[],
  isStop: (error: unknown) => boolean = () => false,
): Promise<AttackSetResult> {
  const { imageSize: size, classes } = model;
  const n = y.length;
  const pristine = x.slice();
  const adversarial = x.slice();
  const verdicts = new Array<AttackSetResult['verdicts'][number]>(n).fill('untried');
  const felledBy = new Array<string | null>(n).fill(null);
  const wrong = new Uint8Array(n);
  const open = (i: number) => !wrong[i] && felledBy[i] === null;
  const seconds: Record<string, number> = {};
  const perImage = entries.reduce((sum, e) => sum + e.attack.passes(e.budget, classes), 0);
  let total = n * (1 + perImage);
  let done = 0;
  let complete = true;
  const batches: number[][] = [];
  for (let first = 0; first < n; first += batchSize)
    batches.push(Array.from({ length: Math.min(batchSize, n - first) }, (_, i) => first + i));

  const attackBatch = async (
    standing: readonly number[],
    batch: number,
    { attack, budget }: Entry,
    pace: (passes: number) => Promise<void>,
  ) => {
    if (standing.length === 0) return;
    const [images, labels] = [gatherRows(x, size, standing), gatherRows(y, 1, standing)];
    const outcome = await attack.run({ model, x: images, y: labels, threat, seed, batch, pace }, budget);
    const logits = await model.logits(outcome.adversarial);
    standing.forEach((i, r) => {
      adversarial.set(outcome.adversarial.subarray(r * size, (r + 1) * size), i * size);
      if (outcome.fooled[r] && argmax(logits, classes, r) !== y[i]) felledBy[i] = attack.id;
    });
  };

  try {
    for (const all of batches) {
      const clean = await model.logits(gatherRows(x, size, all));
      all.forEach((i, r) => (wrong[i] = argmax(clean, classes, r) === y[i] ? 0 : 1));
      done += all.length;
      // Images that are wrong before any attack cost nothing more: from here on the total is what the attacks need at
      // most.
      total -= all.filter((i) => wrong[i]).length * perImage;
      await onProgress?.(done, total, entries[0].attack);
    }
    for (const [batch, all] of batches.entries()) {
      const right = all.filter(open).length;
      for (const { attack, budget } of entries) {
        const standing = all.filter(open);
        const planned = attack.passes(budget, classes) * right;
        const before = done;
        const pace = async (passes: number) => {
          done += passes;
          await onProgress?.(Math.min(done, before + planned), total, attack);
        };
        const started = performance.now();
        try {
          await attackBatch(standing, batch, { attack, budget }, pace);
        } finally {
          seconds[attack.id] = (seconds[attack.id] ?? 0) + (performance.now() - started) / 1000;
        }
        done = before + planned;
      }
      for (const i of all) verdicts[i] = wrong[i] ? 'wrong' : felledBy[i] === null ? 'standing' : 'fallen';
    }
  } catch (error) {
    if (!isStop(error)) throw error;
    complete = false;
  }
  return {
    n,
    verdicts,
    felledBy,
    adversarial,
    seconds,
    complete,
    excess: worstExcess(threat, adversarial, pristine, size),
  };
}
