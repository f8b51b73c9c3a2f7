/** One process that computes its batches in two shares, beside two processes under torchrun, in float32. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { contestant } from '../../src/core/experiments/contestant.ts';
import { PRESETS } from '../../src/core/experiments/presets.ts';
import { parseRaceResult } from '../../src/core/result/results-schema.ts';
import type { RunResult } from '../../src/core/result/results.ts';
import { DEFAULT_SWITCHES, type ExperimentConfig } from '../../src/core/settings/config.ts';
import { python, torchrun, WHY_NOT } from './python.ts';

if (WHY_NOT !== null) console.log(WHY_NOT);
const PATIENCE = 900_000;

const { demo, quick } = PRESETS;
const CONFIG: ExperimentConfig = {
  ...quick,
  dataset: { ...demo.dataset, trainSize: 168, testSize: 8 },
  network: { ...quick.network, width: 4, blocks: [1, 1] },
  attack: { ...quick.attack, steps: 2 },
  evaluation: { ...quick.evaluation, steps: 1, n: 8 },
  optimiser: { ...quick.optimiser, batchSize: 8, epochs: 1 },
  conflictEvery: 5,
  contestants: [contestant('trades', {}, DEFAULT_SWITCHES), contestant('arat', {}, DEFAULT_SWITCHES)],
};

interface Step {
  readonly step: number;
  readonly loss: number;
}

test.skipIf(WHY_NOT !== null)(
  'given an experiment in float32, when one process computes it in two shares and two processes under torchrun, then weights, losses, conflict and accuracies are the same',
  async () => {
    const out = mkdtempSync(join(tmpdir(), 'scale-shares-'));
    writeFileSync(join(out, 'experiment.json'), JSON.stringify(CONFIG));
    const args = (name: string) => [
      ...['-m', 'scale.train', join(out, 'experiment.json'), '--device', 'cpu'],
      ...['--out', join(out, name), '--trace', join(out, `${name}.jsonl`)],
    ];
    const one = await python([...args('one'), '--shares', '2']);
    const two = await python([...torchrun(2), ...args('two')]);
    expect([one.status, two.status], one.stderr + two.stderr).toEqual([0, 0]);
    const steps = (name: string) =>
      readFileSync(join(out, `${name}.jsonl`), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Step);
    const [a, b] = [steps('one'), steps('two')];
    expect(a).toHaveLength(2 * 21);
    expect(b).toHaveLength(2 * 21);
    // What remains is the rounding of the loss itself, a mean of two means.
    a.forEach(({ loss }, i) => expect(Math.abs(loss - b[i].loss), `step ${i}`).toBeLessThan(1e-5));
    const runs = (name: string): readonly RunResult[] =>
      parseRaceResult(JSON.parse(readFileSync(join(out, name, 'result.json'), 'utf8'))).runs;
    const [ours, theirs] = [runs('one'), runs('two')];
    for (const folder of ['01-trades-seed0', '02-arat-seed0']) {
      const weights = (name: string) => readFileSync(join(out, name, folder, 'weights.safetensors'));
      expect(weights('one').equals(weights('two')), folder).toBe(true);
    }
    ours.forEach((run, i) => {
      expect(theirs[i].final).toEqual(run.final);
      run.gradientConflict.forEach(({ cosine }, k) =>
        expect(theirs[i].gradientConflict[k].cosine).toBeCloseTo(cosine, 6),
      );
    });
  },
  PATIENCE,
);

test.skipIf(WHY_NOT !== null)(
  'given shares that do not divide the batch, or BatchNorm per process, when it starts, then one line says so',
  async () => {
    const out = mkdtempSync(join(tmpdir(), 'scale-shares-'));
    writeFileSync(join(out, 'experiment.json'), JSON.stringify(CONFIG));
    const args = ['-m', 'scale.train', join(out, 'experiment.json'), '--out', join(out, 'results')];
    const odd = await python([...args, '--shares', '3']);
    const own = await python([...args, '--shares', '2', '--batch-norm', 'per-process']);
    expect([odd.status, own.status]).toEqual([2, 2]);
    expect(odd.stderr).toBe(
      'The batch of 8 images cannot be split over 1 process in 3 shares each evenly.\n',
    );
    expect(own.stderr).toBe('--shares must be at least 1, and needs synchronised BatchNorm.\n');
  },
  PATIENCE,
);
