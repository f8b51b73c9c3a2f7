import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RaceResult } from '../core/result/results.ts';
import { sampleRace } from '../snapshot/testing/sample-race.ts';
import { UsageError } from './args.ts';
import { checkpointPath } from './experiment-checkpoint.ts';
import { prepareOutput, saveResult } from './experiment-output.ts';

let folder: string;
let out: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'output-'));
  out = join(folder, 'r.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const prepare = (options: { resume?: boolean; overwrite?: boolean } = {}, path = out) =>
  prepareOutput({ out: path, resume: false, overwrite: false, ...options });
const contents = () =>
  Object.fromEntries(readdirSync(folder).map((f) => [f, readFileSync(join(folder, f), 'utf8')]));

it.each([
  ['a result', { 'r.json': '{}' }, /r\.json exists: give another --out, or add --overwrite/],
  [
    'the state of an interrupted run',
    { 'r.json.checkpoint': 'state' },
    /interrupted experiment: add --resume .*, give another --out, or add --overwrite/,
  ],
  [
    'both',
    { 'r.json': '{}', 'r.json.checkpoint': 'state' },
    /interrupted experiment: add --resume .*, give another --out, or add --overwrite/,
  ],
])(
  'given %s at --out, when begun without --resume or --overwrite, then it is refused and nothing changes',
  async (_, files, message) => {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    await expect(prepare()).rejects.toThrow(message);
    await expect(prepare()).rejects.toThrow(UsageError);
    expect(contents()).toEqual(files);
  },
);

it('given --overwrite, when begun, then the old state is deleted, and the old result is kept', async () => {
  writeFileSync(out, '{}');
  writeFileSync(checkpointPath(out), 'state');
  expect(await prepare({ overwrite: true })).toBeUndefined();
  expect(contents()).toEqual({ 'r.json': '{}' });
});

it('given no file or an empty one at --out, when begun, then it is accepted', async () => {
  expect(await prepare()).toBeUndefined();
  writeFileSync(out, '');
  expect(await prepare()).toBeUndefined();
});

it('given --resume and only a result at --out, when begun, then the error names the result and how to replace it', async () => {
  writeFileSync(out, '{}');
  await expect(prepare({ resume: true })).rejects.toThrow(
    /no .*checkpoint to resume from, and .*r\.json exists; .*--overwrite/,
  );
});

it('given an --out that cannot be written, when begun, then a usage error says so', async () => {
  const file = join(folder, 'file');
  writeFileSync(file, 'x');
  mkdirSync(`${out}.checkpoint`);
  for (const [path, message] of [
    [folder, /is a folder; expected the name of a file, e\.g\. .*results\.json/],
    [join(folder, 'absent', 'r.json'), /there is no folder .*absent/],
    [join(file, 'r.json'), /file is a file, not a folder/],
    [join(file, 'deeper', 'r.json'), /there is no folder/],
    [join(folder, 'x'.repeat(300)), /cannot be written \(ENAMETOOLONG/],
    ['', /expected the name of a file/],
    // The state is kept beside the result, so its file must be writable, too.
    [out, /r\.json\.checkpoint is a folder/],
  ] as const) {
    await expect(prepare({}, path)).rejects.toThrow(message);
    await expect(prepare({}, path)).rejects.toThrow(UsageError);
  }
  if (existsSync('/proc/self'))
    await expect(prepare({}, '/proc/r.json')).rejects.toThrow(/cannot be written/);
});

it('given an incomplete result, when saved, then the note says how to resume it, or that it cannot be resumed', async () => {
  const stopped: RaceResult = { ...sampleRace(), status: 'stopped' };
  const complete: RaceResult = { ...stopped, status: 'complete' };
  expect(await saveResult(out, stopped)).toMatch(/no state was kept: the same command with --overwrite/);
  writeFileSync(checkpointPath(out), 'state');
  expect(await saveResult(out, stopped)).toMatch(/with --resume/);
  expect(await saveResult(out, complete)).toBeNull();
  expect(contents()).toEqual({ 'r.json': `${JSON.stringify(complete)}\n` });
});
