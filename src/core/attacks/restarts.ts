/** Repeats an attack over targets and restarts, each time only on the images that are not fooled yet. */
import { gatherRows } from './attack-model.ts';
import type { AttackInput, AttackOutcome } from './types.ts';

/** The images that one run attacks. */
export interface Attempt {
  readonly x: Float32Array;
  readonly y: Int32Array;
  /** The classes aimed at; the labels for an attack without targets. */
  readonly targets: Int32Array;
}

/**
 * Awaits `run` for every aim and restart on the images that are not fooled yet. A fooled image keeps its x'; an image
 * that is never fooled has the x' of the last run.
 */
export async function runRestarts(
  input: AttackInput,
  restarts: number,
  aims: readonly number[],
  run: (attempt: Attempt, restart: number, aim: number) => Promise<AttackOutcome>,
): Promise<AttackOutcome> {
  const { model, x, y } = input;
  const size = model.imageSize;
  const adversarial = x.slice();
  const fooled = new Uint8Array(y.length);
  for (const aim of aims)
    for (let restart = 0; restart < restarts; restart++) {
      const remaining = Array.from(y.keys()).filter((i) => !fooled[i]);
      if (remaining.length === 0) return { adversarial, fooled };
      const labels = gatherRows(y, 1, remaining);
      const attempt = { x: gatherRows(x, size, remaining), y: labels, targets: labels };
      const outcome = await run(attempt, restart, aim);
      remaining.forEach((i, r) => {
        adversarial.set(outcome.adversarial.subarray(r * size, (r + 1) * size), i * size);
        fooled[i] = outcome.fooled[r];
      });
    }
  return { adversarial, fooled };
}
