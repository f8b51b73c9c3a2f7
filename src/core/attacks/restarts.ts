/** Targets and restarts around an attack: each next one only on what still stands. */
import { gatherRows } from './attack-model.ts';
import type { AttackInput, AttackOutcome } from './types.ts';

/** The images that one run attacks. */
export interface Attempt {
  readonly x: Float32Array;
  readonly y: Int32Array;
  /** Classes aimed at; the labels where there is no aim. */
  readonly targets: Int32Array;
}

/**
 * For every aim and restart, `run` on the images that have not fallen. An image that falls keeps its x'; one that never
 * falls keeps the last run's.
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
      const standing = Array.from(y.keys()).filter((i) => !fooled[i]);
      if (standing.length === 0) return { adversarial, fooled };
      const labels = gatherRows(y, 1, standing);
      const attempt = { x: gatherRows(x, size, standing), y: labels, targets: labels };
      const outcome = await run(attempt, restart, aim);
      standing.forEach((i, r) => {
        adversarial.set(outcome.adversarial.subarray(r * size, (r + 1) * size), i * size);
        fooled[i] = outcome.fooled[r];
      });
    }
  return { adversarial, fooled };
}
