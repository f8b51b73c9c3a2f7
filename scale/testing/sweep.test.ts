/** Runs sweeps with the scripts that scale.plan writes: the loop, killed and started again, and the Slurm array. */
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { contestant } from '../../src/core/experiments/contestant.ts';
import { PRESETS } from '../../src/core/experiments/presets.ts';
import { parseRaceResult } from '../../src/core/result/results-schema.ts';
import type { RaceResult, RunResult } from '../../src/core/result/results.ts';
import { DEFAULT_SWITCHES, type ExperimentConfig } from '../../src/core/settings/config.ts';
import { shell, WHY_NOT } from './python.ts';

if (WHY_NOT !== null) console.log(WHY_NOT);
const PATIENCE = 900_000;

const { demo, quick } = PRESETS;
const CONFIG: ExperimentConfig = {
  ...quick,
  dataset: { ...demo.dataset, trainSize: 24, testSize: 8 },
  network: { ...quick.network, width: 2, blocks: [1] },
  attack: { ...quick.attack, steps: 1 },
  evaluation: { ...quick.evaluation, steps: 1, n: 8, heldOut: 8, trainingSet: true },
  optimiser: { ...quick.optimiser, batchSize: 8, epochs: 4 },
  conflictEvery: 1,
  contestants: [contestant('arat', {}, DEFAULT_SWITCHES), contestant('ikl', {}, DEFAULT_SWITCHES)],
  seed: 5,
};

/** Plans the sweep in a folder with a space in its name. */
async function planned(): Promise<{ out: string; run: (script: string) => string }> {
  const parent = mkdtempSync(join(tmpdir(), 'scale-sweep-'));
  const out = join(parent, 'a sweep');
  writeFileSync(join(parent, 'experiment.json'), JSON.stringify(CONFIG));
  const { status, stdout, stderr } = await shell(
    `python3 -m scale.plan '${parent}/experiment.json' --seeds 2 --out '${out}'`,
  );
  expect(status, stderr).toBe(0);
  expect(stdout).toContain('4 jobs');
  return { out, run: (script) => `bash '${out}/${script}'` };
}

const read = (...path: string[]) =>
  parseRaceResult(JSON.parse(readFileSync(join(...path), 'utf8'))) as RaceResult;

/** All runs, without what the clock measured. */
const numbers = ({ runs }: RaceResult) =>
  runs.map(({ seconds: _s, imagesPerSecond: _i, ...run }: RunResult) => run);

/** A folder with a program `srun` that runs its arguments, as Slurm's does. */
function withSrun(): string {
  const bin = join(mkdtempSync(join(tmpdir(), 'srun-')), 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'srun'), '#!/bin/sh\nexec "$@"\n');
  chmodSync(join(bin, 'srun'), 0o755);
  return `${bin}:${process.env.PATH}`;
}

describe.skipIf(WHY_NOT !== null)('given a sweep of 2 contestants and 2 seeds', () => {
  let unbroken: RaceResult;
  beforeAll(async () => {
    const { out, run } = await planned();
    const { status, stderr } = await shell(run('loop.sh'));
    expect(status, stderr).toBe(0);
    unbroken = read(out, 'result.json');
  }, PATIENCE);

  test('when its loop has run, then the merged result is complete', () => {
    expect(unbroken.status).toBe('complete');
    expect(unbroken.runs.map(({ seed, method }) => [seed, method])).toEqual(
      [5, 6].flatMap((seed) => CONFIG.contestants.map(({ method }) => [seed, method])),
    );
    for (const { final } of unbroken.runs) expect(final?.n).toBe(8);
  });

  test(
    'when its loop is killed with SIGKILL in the middle of a job and started again, then the merged result has the same digits',
    async () => {
      const { out, run } = await planned();
      const killed = await shell(run('loop.sh'), {
        killWhen: (said) => /seed 5 {2}epoch 2\/4 {2}IKL/.test(said),
      });
      expect(killed.status).toBe(null);
      const inside = (job: string) => readdirSync(join(out, job)).sort();
      expect(inside('01-arat-seed5')).toEqual(['result.json', 'weights.safetensors']);
      expect(inside('02-ikl-at-seed5')).toContain('checkpoint.pt');
      expect(inside('02-ikl-at-seed5')).not.toContain('result.json');
      const { status, stderr } = await shell(run('loop.sh'));
      expect(status, stderr).toBe(0);
      expect(stderr).toMatch(/seed 5 {2}IKL.*: goes on after epoch [23]/);
      expect(stderr).not.toMatch(/seed 5 {2}epoch \d\/4 {2}ARAT/);
      expect(numbers(read(out, 'result.json'))).toEqual(numbers(unbroken));
    },
    PATIENCE,
  );

  test(
    'when the Slurm array runs task by task, last first, one of them twice, then the merged result has the same digits',
    async () => {
      const { out, run } = await planned();
      const script = readFileSync(join(out, 'array.slurm'), 'utf8');
      const [, first, last] = /^#SBATCH --array=(\d+)-(\d+)$/m.exec(script)!.map(Number);
      const merge = /^# {3}(python3 -m scale\.merge .*)$/m.exec(script)![1];
      const tasks = Array.from({ length: last - first + 1 }, (_, i) => last - i);
      expect(tasks).toHaveLength(4);
      for (const task of [...tasks, 3]) {
        const environment = { PATH: withSrun(), SLURM_ARRAY_TASK_ID: String(task) };
        const { status, stderr } = await shell(run('array.slurm'), { environment });
        expect(status, stderr).toBe(0);
      }
      const { status, stderr } = await shell(merge);
      expect(status, stderr).toBe(0);
      expect(numbers(read(out, 'result.json'))).toEqual(numbers(unbroken));
    },
    PATIENCE,
  );
});
