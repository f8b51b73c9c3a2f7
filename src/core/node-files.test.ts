import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { partOf, tryWriting, writeWhole } from './node-files.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'files-'));
  file = join(folder, 'r.json');
  writeFileSync(file, 'the older result');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that writes 64 MiB to `file`. */
const PROGRAM = `
  import { writeWhole } from ${JSON.stringify(pathToFileURL(join(import.meta.dirname, 'node-files.ts')).href)};
  writeWhole(process.argv[1], 'x'.repeat(2 ** 26));`;
const ARGS = ['--import', 'tsx', '--input-type=module', '-e', PROGRAM];

it('given an older file, when written, then the new content alone is there', () => {
  writeWhole(file, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['r.json']);
});

it.skipIf(process.platform === 'win32')(
  'given a disk that takes no more half-way, when written, then the older file is whole',
  () => {
    const limited = `ulimit -f 100; trap '' XFSZ; exec "$@"`;
    const { status, stderr } = spawnSync('sh', ['-c', limited, 'sh', process.execPath, ...ARGS, file], {
      encoding: 'utf8',
    });
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/EFBIG|File too large/);
    expect(readFileSync(file, 'utf8')).toBe('the older result');
    expect(readdirSync(folder)).toEqual(['r.json']);
  },
);

it.skipIf(process.platform === 'win32')(
  'given a command killed while it writes, then the older file is whole, and the next write replaces what was left',
  async () => {
    const child = spawn(process.execPath, [...ARGS, file], { stdio: 'ignore' });
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    while (!existsSync(partOf(file)) && child.exitCode === null)
      await new Promise((resolve) => setTimeout(resolve, 1));
    child.kill('SIGKILL');
    await ended;
    // Whichever the kill met: the older file, or all of the new one.
    expect(['the older result'.length, 2 ** 26]).toContain(statSync(file).size);
    writeWhole(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(readdirSync(folder)).toEqual(['r.json']);
  },
);

it.skipIf(process.platform === 'win32')(
  'given a link and permissions, when written, then both stay as they are',
  () => {
    const link = join(folder, 'latest.json');
    symlinkSync(file, link);
    chmodSync(file, 0o640);
    writeWhole(link, 'new');
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o640);
  },
);

it.skipIf(process.platform === 'win32')(
  'given a device, when written, then nothing is renamed over it',
  () => {
    tryWriting('/dev/null');
    writeWhole('/dev/null', 'new');
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true);
  },
);

it('given a place that can be written, when tried, then nothing of it is seen', () => {
  tryWriting(join(folder, 'other.json'));
  tryWriting(file);
  expect(readdirSync(folder)).toEqual(['r.json']);
  expect(() => tryWriting(join(folder, 'absent', 'r.json'))).toThrow(/ENOENT/);
});
