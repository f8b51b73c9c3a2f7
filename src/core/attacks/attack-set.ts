/**
 * Runs attacks over a test set, batch by batch: each attack gets only the images that the attacks before it did not
 * fool. Can be stopped with a partial result.
 */
import { argmax, gatherRows, type AttackModel } from './attack-model.ts';
import { distance } from './threat.ts';
import type { Budget, EvaluationAttack, Threat } from './types.ts';

/** An attack and its budget. */
export interface Entry {
  readonly attack: EvaluationAttack;
  readonly budget: Budget;
}

export interface AttackSetInput {
  readonly model: AttackModel;
  /** Pixels of n images in [0,1], and n labels. Neither is changed. */
  readonly x: Float32Array;
  readonly y: Int32Array;
  readonly threat: Threat;
  readonly seed: number;
  readonly batchSize?: number;
  /**
   * Awaited between small pieces of work, with `done` of `total` network passes times images. Passes that are skipped,
   * because an image was fooled early, count as done. It may wait (pause), or throw to stop.
   */
  readonly onProgress?: (done: number, total: number, attack: EvaluationAttack) => Promise<void> | void;
}

export interface AttackSetResult {
  readonly n: number;
  /**
   * Per image. 'wrong': misclassified without attack. 'untried': stopped before every attack had finished the image's
   * batch. Images of that batch that were already fooled are 'untried' too, because the share of fooled images would be
   * too high otherwise; `fooledBy` has them.
   */
  readonly verdicts: readonly ('wrong' | 'fooled' | 'robust' | 'untried')[];
  /** Per image, the id of the attack that fooled the model, also in an unfinished batch; else null. */
  readonly fooledBy: readonly (string | null)[];
  /** Like x: each image's last x'; the image itself if it was not attacked. */
  readonly adversarial: Float32Array;
  /** Seconds by attack id, including an unfinished batch. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly complete: boolean;
  /**
   * The largest ||x' - x|| - eps, or distance outside [0,1], over all x'. x is a copy that no attack could change.
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
 * Runs `entries` in order on the images that the model classifies right. An image counts as fooled only if the model is
 * wrong on its x' in a separate pass after the attack. If `onProgress` throws an error for which `isStop` is true, the
 * result is partial; other errors are thrown on. Throws `Error` if a logit is not finite.
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
  const fooledBy = new Array<string | null>(n).fill(null);
  const wrong = new Uint8Array(n);
  const open = (i: number) => !wrong[i] && fooledBy[i] === null;
  const seconds: Record<string, number> = {};
  const perImage = entries.reduce((sum, e) => sum + e.attack.passes(e.budget, classes), 0);
  let total = n * (1 + perImage);
  let done = 0;
  let complete = true;
  const batches: number[][] = [];
  for (let first = 0; first < n; first += batchSize)
    batches.push(Array.from({ length: Math.min(batchSize, n - first) }, (_, i) => first + i));

  const attackBatch = async (
    remaining: readonly number[],
    batch: number,
    { attack, budget }: Entry,
    pace: (passes: number) => Promise<void>,
  ) => {
    if (remaining.length === 0) return;
    const [images, labels] = [gatherRows(x, size, remaining), gatherRows(y, 1, remaining)];
    const outcome = await attack.run({ model, x: images, y: labels, threat, seed, batch, pace }, budget);
    const logits = await model.logits(outcome.adversarial);
    remaining.forEach((i, r) => {
      adversarial.set(outcome.adversarial.subarray(r * size, (r + 1) * size), i * size);
      if (outcome.fooled[r] && argmax(logits, classes, r) !== y[i]) fooledBy[i] = attack.id;
    });
  };

  try {
    for (const all of batches) {
      const clean = await model.logits(gatherRows(x, size, all));
      all.forEach((i, r) => (wrong[i] = argmax(clean, classes, r) === y[i] ? 0 : 1));
      done += all.length;
      // No attack runs on images that are wrong already. After this loop, `total` is the most that the attacks need.
      total -= all.filter((i) => wrong[i]).length * perImage;
      await onProgress?.(done, total, entries[0].attack);
    }
    for (const [batch, all] of batches.entries()) {
      const right = all.filter(open).length;
      for (const { attack, budget } of entries) {
        const remaining = all.filter(open);
        const planned = attack.passes(budget, classes) * right;
        const before = done;
        const pace = async (passes: number) => {
          done += passes;
          await onProgress?.(Math.min(done, before + planned), total, attack);
        };
        const started = performance.now();
        try {
          await attackBatch(remaining, batch, { attack, budget }, pace);
        } finally {
          seconds[attack.id] = (seconds[attack.id] ?? 0) + (performance.now() - started) / 1000;
        }
        done = before + planned;
      }
      for (const i of all) verdicts[i] = wrong[i] ? 'wrong' : fooledBy[i] === null ? 'robust' : 'fooled';
    }
  } catch (error) {
    if (!isStop(error)) throw error;
    complete = false;
  }
  return {
    n,
    verdicts,
    fooledBy,
    adversarial,
    seconds,
    complete,
    excess: worstExcess(threat, adversarial, pristine, size),
  };
}
