/**
 * Runs the tests of the faults in src/core/testing/fault-table.ts: first those in Node, then those on the built page.
 *   npm run test:faults [-- part of a file's name]     ARAT_FAULTS=100: number of random cases of each drawn fault
 * The page's tests need `npm run build` before.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBrowser } from './browser.mjs';

const parts = process.argv.slice(2);
const TITLE = '\\(fault: ';

/**
 * The files in `folder` with a test of a fault. Only these are run, because loading all test files takes longer.
 */
const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(test|spec)\.tsx?$/.test(name) && !name.endsWith('.browser.test.ts'))
    .map((name) => join(folder, name))
    .filter((path) => /fault: [a-z0-9-]+['")]/.test(readFileSync(path, 'utf8')))
    .filter((path) => parts.length === 0 || parts.some((part) => path.includes(part)));

const run = (...command) => spawnSync('npx', command, { stdio: 'inherit' }).status ?? 1;

const unit = filesIn('src');
const page = filesIn('e2e');
if (unit.length + page.length === 0)
  throw new Error(`No test of a fault lies in a file named ${parts.join(' or ')}.`);
let status = 0;
if (unit.length > 0) status = run('vitest', 'run', '--project', 'unit*', '-t', TITLE, ...unit);
if (page.length > 0) {
  await ensureBrowser();
  status = run('playwright', 'test', '-g', TITLE, ...page) || status;
}
process.exitCode = status;
