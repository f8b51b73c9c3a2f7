/** A digest of a run's numbers, with which tests and commands compare runs. Runs in Node only. */
import { createHash } from 'node:crypto';
import type { RunResult } from './results.ts';

/**
 * The first 16 hexadecimal digits of the SHA-256 of the run's curves, conflicts and final accuracies. Times, texts,
 * BatchNorm distances, verdicts and fields of later versions do not count.
 */
export function digestOf(run: RunResult): string {
  const numbers = {
    curves: run.curves.map((p) => [
      p.epoch,
      p.step,
      p.clean,
      p.robust,
      p.loss,
      p.terms,
      p.balance,
      p.learningRate,
    ]),
    conflict: run.gradientConflict.map((p) => [p.step, p.cosine, p.ratio, p.perLayer]),
    final: run.final && [run.final.clean, run.final.robust, run.final.n],
  };
  return createHash('sha256').update(JSON.stringify(numbers)).digest('hex').slice(0, 16);
}
