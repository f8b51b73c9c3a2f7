/**
 * Runs all checks: types, lint, format, import rule, build, bundle size, unit tests, kernels in a browser, end-to-end
 * tests. The last line is `N passed, N failed, N skipped`.
 *   node scripts/test.mjs [--only types,lint,...]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';

const reports = mkdtempSync(join(tmpdir(), 'arat-test-'));
const report = (name) => join(reports, `${name}.json`);

/**
 * name, command, and (for test runners) how to read counts from its report. A stage that is `light` keeps one core
 * busy and is run beside the light ones next to it; the longest are first.
 */
const STAGES = [
  { name: 'lint', command: ['eslint', '--max-warnings', '0', '.'], light: true },
  { name: 'types', command: ['tsc', '--noEmit'], light: true },
  { name: 'format', command: ['prettier', '--check', '--log-level', 'warn', '.'], light: true },
  { name: 'build', command: ['vite', 'build', '--logLevel', 'warn'], light: true },
  {
    name: 'imports',
    command: ['depcruise', 'src', '--config', '.dependency-cruiser.cjs'],
    light: true,
  },
  { name: 'size', command: ['size-limit'] },
  {
    name: 'unit',
    command: [
      'vitest',
      'run',
      '--project',
      'unit*',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report('unit')}`,
    ],
    count: countVitest,
  },
  {
    name: 'browser',
    command: [
      'vitest',
      'run',
      '--project',
      'browser',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report('browser')}`,
    ],
    count: countVitest,
    browser: true,
  },
  {
    name: 'e2e',
    command: ['playwright', 'test', '--reporter=list,json'],
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report('e2e') },
    count: countPlaywright,
    browser: true,
  },
];

function countVitest(name) {
  const r = JSON.parse(readFileSync(report(name), 'utf8'));
  return {
    passed: r.numPassedTests,
    failed: r.numFailedTests,
    skipped: r.numPendingTests + (r.numTodoTests ?? 0),
  };
}

function countPlaywright(name) {
  const { stats } = JSON.parse(readFileSync(report(name), 'utf8'));
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected, skipped: stats.skipped };
}

/** Runs a command and resolves to whether it succeeded. Its output goes to `write`, or straight to the terminal. */
function runs(command, env, write) {
  const output = write ? 'pipe' : 'inherit';
  const child = spawn('npx', ['--no-install', ...command], {
    stdio: ['inherit', output, output],
    shell: process.platform === 'win32',
    env: { ...process.env, ...env },
  });
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', write);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status === 0));
  });
}

/** Runs a stage and returns its counts. The output of a light stage is printed when it ends, in one piece. */
async function runStage(stage, env) {
  const started = Date.now();
  const heading = `\n── ${stage.name} ──`;
  const pieces = [];
  if (!stage.light) console.log(heading);
  const ok = await runs(
    stage.command,
    { ...env, ...stage.env },
    stage.light && ((piece) => pieces.push(piece)),
  );
  if (stage.light) process.stdout.write(`${heading}\n${Buffer.concat(pieces)}`);
  let counts = { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
  if (stage.count) {
    try {
      counts = stage.count(stage.name);
      // A runner that fails outside a test (a crash, no test found) counts as one failure.
      if (!ok && counts.failed === 0) counts.failed = 1;
      if (ok && counts.passed === 0) counts.failed = 1;
    } catch {
      counts.failed = 1;
    }
  }
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  console.log(`${counts.failed === 0 ? '✓' : '✗'} ${stage.name} (${seconds} s)`);
  return counts;
}

const only = process.argv.includes('--only')
  ? process.argv[process.argv.indexOf('--only') + 1].split(',')
  : null;
const unknown = only?.filter((name) => !STAGES.some((s) => s.name === name)) ?? [];
if (unknown.length > 0) {
  console.error(`Unknown stage ${unknown.join(', ')}: there are ${STAGES.map((s) => s.name).join(', ')}.`);
  process.exit(2);
}
const stages = STAGES.filter((s) => !only || only.includes(s.name));
const total = { passed: 0, failed: 0, skipped: 0 };
const failedStages = [];
try {
  const env = stages.some((s) => s.browser) ? { CHROME_PATH: await ensureBrowser() } : {};
  const waiting = [...stages];
  /** Runs the stages that wait, one after the other, while they are `light` or not. */
  const runWhile = async (light) => {
    while (waiting.length > 0 && Boolean(waiting[0].light) === light) {
      const stage = waiting.shift();
      const counts = await runStage(stage, env);
      for (const key of Object.keys(total)) total[key] += counts[key];
      if (counts.failed > 0) failedStages.push(stage.name);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, () => runWhile(true)));
  await runWhile(false);
} catch (error) {
  console.error(error.message);
  total.failed += 1;
} finally {
  rmSync(reports, { recursive: true, force: true });
}
if (failedStages.length > 0) console.log(`\nFailed: ${failedStages.join(', ')}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed > 0 ? 1 : 0);
