import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PYTHON, shell, WHY_NOT } from '../../../scale/testing/python.ts';
import { contestant } from '../../core/experiments/contestant.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { parseRaceResult } from '../../core/result/results-schema.ts';
import { DEFAULT_SWITCHES, parseConfig, type ExperimentConfig } from '../../core/settings/config.ts';
import { CLUSTER_FOLDER, clusterArchive, clusterCommands } from './cluster-archive.ts';

if (WHY_NOT !== null) console.log(WHY_NOT);

const { demo, quick } = PRESETS;
const TINY: ExperimentConfig = {
  ...quick,
  dataset: { ...demo.dataset, trainSize: 16, testSize: 8 },
  network: { ...quick.network, width: 2, blocks: [1] },
  attack: { ...quick.attack, steps: 1 },
  evaluation: { ...quick.evaluation, steps: 1, n: 8 },
  optimiser: { ...quick.optimiser, batchSize: 16, epochs: 1 },
  contestants: [contestant('arat', {}, DEFAULT_SWITCHES)],
};

const COMMIT = '0123456789ab';

/** The zip, unpacked into an empty folder by Python's zipfile, which checks every CRC-32. */
async function unpacked(config: ExperimentConfig): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-'));
  writeFileSync(join(folder, 'a.zip'), await clusterArchive(config, 'CIFAR-10', '9.9.9', COMMIT));
  execFileSync(PYTHON, ['-m', 'zipfile', '-e', 'a.zip', '.'], { cwd: folder });
  return join(folder, CLUSTER_FOLDER);
}

/** The commands of a section of the README: its indented lines, without comments. */
function commandsOf(readme: string, heading: string): string[] {
  const section = readme.split('## ').find((text) => text.startsWith(heading))!;
  return section
    .split('\n')
    .filter((line) => line.startsWith('    '))
    .map((line) => line.trim().replace(/ +#.*/, ''));
}

test.skipIf(WHY_NOT !== null)(
  'given settings, when the zip is unpacked, then it has the settings, the package, requirements with versions and a README',
  async () => {
    const folder = await unpacked(TINY);
    const text = (name: string) => readFileSync(join(folder, name), 'utf8');
    expect(parseConfig(JSON.parse(text('experiment.json')))).toEqual(TINY);
    expect(text('scale/methods/arat.py')).toContain('class Arat');
    expect(text('requirements.txt')).toBe(readFileSync('scale/requirements.txt', 'utf8'));
    for (const line of text('requirements.txt').trim().split('\n'))
      expect(line).toMatch(/^[a-z]+>=\d+\.\d+$/);
    expect(text('README.md')).toContain('Import JSON');
    const { one, sweep } = clusterCommands(TINY, 'CIFAR-10');
    for (const line of [one, ...sweep.split('\n')]) expect(text('README.md')).toContain(`    ${line}\n`);
  },
);

test('given settings with CIFAR images, then the commands name the archive; with synthetic images, they do not', () => {
  const { dataset } = TINY;
  expect(clusterCommands({ ...TINY, dataset: { ...dataset, source: 'cifar10' } }, 'CIFAR-100').one).toContain(
    '--data cifar-100-python.tar.gz',
  );
  expect(clusterCommands(TINY, 'CIFAR-10').one).not.toContain('--data');
});

test.skipIf(WHY_NOT !== null)(
  "given the zip in an empty folder, when its README's commands run, then one training and a sweep give results that the page opens",
  async () => {
    const cwd = await unpacked(TINY);
    const readme = readFileSync(join(cwd, 'README.md'), 'utf8');
    const [one] = commandsOf(readme, 'Train it');
    const [plan, submit, merge] = commandsOf(readme, 'Several seeds');
    // As the README says: without torchrun on one process, and the loop where there is no Slurm. Two seeds suffice.
    expect(submit).toBe('sbatch sweep/array.slurm');
    expect(readme).toContain('bash sweep/loop.sh');
    const commands = [
      one.replace(/^torchrun .* -m scale/, 'python3 -m scale'),
      plan.replace('--seeds 3', '--seeds 2'),
      'bash sweep/loop.sh',
      merge,
    ];
    for (const command of commands) {
      const { status, stderr } = await shell(command, { cwd });
      expect(status, `${command}: ${stderr}`).toBe(0);
    }
    const result = (path: string) => parseRaceResult(JSON.parse(readFileSync(join(cwd, path), 'utf8')));
    expect(result('results/result.json')).toMatchObject({
      status: 'complete',
      commit: COMMIT,
      runs: [{ final: { n: 8 } }],
    });
    expect(result('merged.json').commit).toBe(COMMIT);
    expect(result('merged.json').runs.map(({ seed }) => seed)).toEqual([TINY.seed, TINY.seed + 1]);
    expect(result('merged.json').runs[0].final).toEqual(result('results/result.json').runs[0].final);
  },
  600_000,
);
