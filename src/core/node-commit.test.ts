import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { commitOf } from './node-commit.ts';

let folder: string;
beforeEach(() => {
  vi.stubEnv('ARAT_COMMIT', '');
  folder = mkdtempSync(join(tmpdir(), 'arat-commit-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

const git = (...args: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@b', ...args], {
    encoding: 'utf8',
  });

it('given a checkout, when its commit is asked for, then it is 12 digits, with a + once a file differs', () => {
  git('init', '-q');
  writeFileSync(join(folder, 'a'), '1');
  git('add', 'a');
  git('commit', '-q', '-m', 'a');
  const commit = git('rev-parse', 'HEAD').slice(0, 12);
  expect(commitOf(folder)).toBe(commit);
  writeFileSync(join(folder, 'untracked'), '1');
  expect(commitOf(folder)).toBe(commit);
  writeFileSync(join(folder, 'a'), '2');
  expect(commitOf(folder)).toBe(`${commit}+`);
});

it('given a folder without git, when its commit is asked for, then it is undefined, unless ARAT_COMMIT names one', () => {
  expect(commitOf(folder)).toBeUndefined();
  vi.stubEnv('ARAT_COMMIT', 'abc1234');
  expect(commitOf(folder)).toBe('abc1234');
});
