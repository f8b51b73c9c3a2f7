/** `--judge`: the official AutoAttack package's verdicts in the page's form, on a stand-in of the package. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { contestant } from '../../src/core/experiments/contestant.ts';
import { PRESETS } from '../../src/core/experiments/presets.ts';
import type { RobustnessReport, RobustnessRow } from '../../src/core/result/stress-report.ts';
import { wilsonInterval } from '../../src/core/result/wilson.ts';
import { DEFAULT_SWITCHES, type ExperimentConfig } from '../../src/core/settings/config.ts';
import { python, ROOT, WHY_NOT } from './python.ts';

if (WHY_NOT !== null) console.log(WHY_NOT);

const PATIENCE = 600_000;
const STAND_IN = join(ROOT, 'scale/testing/autoattack-stand-in');
const { demo, quick } = PRESETS;
const CONFIG: ExperimentConfig = {
  ...quick,
  dataset: { ...demo.dataset, classes: [0, 1, 6, 7], trainSize: 32, testSize: 24 },
  network: { ...quick.network, width: 2 },
  attack: { ...quick.attack, steps: 1 },
  evaluation: { ...quick.evaluation, steps: 1, n: 24 },
  optimiser: { ...quick.optimiser, batchSize: 16, epochs: 1 },
  contestants: [
    contestant('at', {}, DEFAULT_SWITCHES),
    { ...contestant('arat', { splitParts: 'statistics' }, DEFAULT_SWITCHES), label: 'ARAT' },
  ],
};
const FOLDERS = ['01-at-seed0', '02-arat-seed0'];

describe.skipIf(WHY_NOT !== null)('scale.train --judge', () => {
  const out = mkdtempSync(join(tmpdir(), 'scale-judge-'));
  const experiment = join(out, 'experiment.json');
  const report = (folder: string) =>
    JSON.parse(readFileSync(join(out, folder, 'report.json'), 'utf8')) as RobustnessReport;
  const judge = (environment: Record<string, string> = {}) =>
    python(['-m', 'scale.judge', experiment, '--out', out], {
      environment: { PYTHONPATH: STAND_IN, ...environment },
    });

  beforeAll(async () => {
    writeFileSync(experiment, JSON.stringify(CONFIG));
    const { status, stderr } = await python(['-m', 'scale.train', experiment, '--out', out, '--judge'], {
      environment: { PYTHONPATH: STAND_IN },
    });
    expect(stderr).toContain('of 24 stand after Square');
    expect(status).toBe(0);
  }, PATIENCE);

  it('given trained networks, then each folder has a report whose rows are those of the page, with intervals', () => {
    for (const [i, folder] of FOLDERS.entries()) {
      const { rows, options, branch, complete, checks } = report(folder);
      expect({ options, branch, complete }).toEqual({
        options: { n: 24, seed: 0, norm: 'linf', eps: 8 / 255, depth: 'autoattack' },
        branch: 'adv',
        complete: true,
      });
      const [clean, whole, ...parts] = rows;
      expect(rows.map((r: RobustnessRow) => r.attack)).toEqual([
        'clean',
        'autoattack',
        'apgd-ce',
        'apgd-t',
        'fab-t',
        'square',
      ]);
      for (const row of rows) {
        expect(row).toMatchObject({ label: CONFIG.contestants[i].label, tried: 24, n: 24 });
        const [low, high] = wilsonInterval(row.correct, 24);
        expect(row.interval[0]).toBeCloseTo(low, 12);
        expect(row.interval[1]).toBeCloseTo(high, 12);
      }
      // Each attack gets what the one before left standing.
      const standing = [clean, ...parts].map((r) => r.correct);
      expect(standing).toEqual([...standing].sort((a, b) => b - a));
      expect(whole.correct).toBe(standing.at(-1));
      expect(parts.find((r) => r.attack === 'apgd-t')!.targets).toBe(3);
      expect(checks.map((c) => [c.id, c.message])).toEqual([['ball', null]]);
      const run = JSON.parse(readFileSync(join(out, folder, 'result.json'), 'utf8')).runs[0];
      expect(clean.correct / 24).toBeCloseTo(run.final.clean, 12);
    }
  });

  it(
    'given a report that is there, then it stays; given an attack that leaves the ball, then the check says so',
    async () => {
      const [at, arat] = FOLDERS;
      const before = readFileSync(join(out, at, 'report.json'), 'utf8');
      rmSync(join(out, arat, 'report.json'));
      const { status } = await judge({ ARAT_TEST_EXCESS: '0.01' });
      expect(status).toBe(0);
      expect(readFileSync(join(out, at, 'report.json'), 'utf8')).toBe(before);
      expect(report(arat).checks[0].message).toMatch(/left the eps-ball or \[0, 1\] by 1\.0e-02/);
    },
    PATIENCE,
  );

  it(
    'given no package, too few classes or weights that are gone, then a sentence says what to do',
    async () => {
      const none = await judge({ PYTHONPATH: '' });
      expect(none.status).toBe(2);
      expect(none.stderr).toContain('pip install git+https://github.com/fra31/auto-attack');
      const few = join(out, 'few.json');
      writeFileSync(few, JSON.stringify({ ...CONFIG, dataset: { ...CONFIG.dataset, classes: [0, 1] } }));
      const { stderr, status } = await python(
        ['-m', 'scale.train', few, '--out', join(out, 'few'), '--judge'],
        {
          environment: { PYTHONPATH: STAND_IN },
        },
      );
      expect(status).toBe(2);
      expect(stderr).toContain('needs at least 4 classes');
      expect(existsSync(join(out, 'few'))).toBe(false);
      rmSync(join(out, FOLDERS[1], 'report.json'));
      rmSync(join(out, FOLDERS[1], 'weights.safetensors'));
      const gone = await judge();
      expect(gone.status).toBe(2);
      expect(gone.stderr).toContain('train this job again');
    },
    PATIENCE,
  );
});
