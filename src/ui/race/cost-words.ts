/** What training costs, in words. */
import { trainingFlop } from '../../core/experiments/cost.ts';
import { epochsOf } from '../../core/experiments/epochs.ts';
import { passesOf } from '../../core/experiments/passes.ts';
import type { RaceResult, RunResult } from '../../core/result/results.ts';
import { duration } from '../shared/format.ts';

/** `13 / 10.1 TFLOP`: network passes per training image, and the FLOP of training with one seed. */
export function costWords(config: RaceResult['config'], of: Pick<RunResult, 'method' | 'switches'>): string {
  const flop = trainingFlop(config, of);
  const [size, unit] = flop >= 1e12 ? [1e12, 'TFLOP'] : [1e9, 'GFLOP'];
  const passes = Number(passesOf(config, of, epochsOf(config, of)).toPrecision(3));
  return `${passes}\u00a0/ ${(flop / size).toPrecision(3)}\u00a0${unit}`;
}

/** `27 min 12 s`: the time of the training steps of all these runs, one after another. Empty if none was measured. */
export function trainingTime(runs: readonly Pick<RunResult, 'seconds'>[]): string {
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0);
  return seconds > 0 ? duration(seconds) : '';
}
