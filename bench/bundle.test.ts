import { fork, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PYTHON, WHY_NOT } from '../scale/testing/python.ts';
import { makeBundle } from './bundle.ts';

/** As on a machine with a shell and nothing else. */
const env = { PATH: '/usr/bin:/bin' };
const folder = mkdtempSync(join(tmpdir(), 'arat-bundle-'));

beforeAll(() => makeBundle(folder, 'abc1234'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...options: string[]) =>
  spawnSync('sh', [join(folder, 'run.sh'), ...options], { cwd: tmpdir(), env, encoding: 'utf8' });

test('given a bundle outside the project, when it is run, then it runs the benchmark and leaves out what the machine lacks', () => {
  expect(run('--only', 'nothing')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('Unknown part nothing: there are webgpu,') as string,
  });
  const left = run('--only', 'wasm-browser', '--json', join(folder, 'left.json'));
  expect(left.stdout).toContain('left out: ');
  expect(left.status).toBe(0);
  expect(JSON.parse(readFileSync(join(folder, 'left.json'), 'utf8'))).toMatchObject({
    machine: { commit: 'abc1234', node: process.version },
    failures: [{ name: 'wasm-browser' }],
  });
  expect(readdirSync(join(folder, 'bench', 'pytorch'))).toEqual(['arat_step.py', 'race.py']);
});

test.skipIf(WHY_NOT !== null)(
  'given a bundle, when its Python times a step, then it finds scale/ in the bundle',
  () => {
    const options = ['--device=cpu', '--repeats=1', '--batch=2', '--width=4', '--attack-steps=1'];
    const timed = spawnSync(PYTHON, ['-B', join(folder, 'bench', 'pytorch', 'arat_step.py'), ...options], {
      cwd: tmpdir(),
      env: { ...env, OMP_NUM_THREADS: '1' },
      encoding: 'utf8',
    });
    expect(timed.stderr).toBe('');
    const { figures } = JSON.parse(timed.stdout) as { figures: { work: string; ms: number }[] };
    expect(figures.map(({ work }) => work)).toEqual(['aratStep', 'pgdStep', 'forwardBackward']);
    for (const { ms } of figures) expect(ms).toBeGreaterThan(0);
  },
);

test("given a bundle, when its engine starts on WASM, then it finds tfjs's binaries in the bundle", async () => {
  const engine = fork(join(folder, 'bench', 'node-process.mjs'), {
    cwd: tmpdir(),
    env,
    execArgv: [],
    execPath: join(folder, 'node'),
  });
  const answer = await new Promise((answered, failed) => {
    engine.once('message', answered);
    engine.once('exit', failed);
    engine.send({ task: 'start', options: { backend: 'wasm' } });
  });
  engine.kill();
  expect(answer).toMatchObject({
    result: { device: expect.stringContaining('SIMD') as string, warnings: [] },
  });
});
