/**
 * `testing/written-by-0.1` holds the result, link and interrupted state of a tiny race, written by version 0.1. Later
 * versions must open them.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { parseRaceResult } from '../core/result/results-schema.ts';
import type { RaceResult } from '../core/result/results.ts';
import { decodeSnapshot } from '../snapshot/decode.ts';
import { digestOf } from '../core/result/node-digest.ts';

const folder = mkdtempSync(join(tmpdir(), 'arat-written-by-0.1-'));
afterAll(() => rmSync(folder, { recursive: true }));

const stored = (name: string): string =>
  fileURLToPath(new URL(`./testing/written-by-0.1/${name}`, import.meta.url));
const readResult = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as RaceResult;
const digests = ({ runs }: RaceResult) => runs.map((run) => [run.label, run.seed, digestOf(run)]);

test('given a result of version 0.1, when parsed, then it is valid and every number is the same', () => {
  const result = readResult(stored('result.json'));
  expect(digests(parseRaceResult(result))).toEqual(digests(result));
});

test('given a link of version 0.1, when decoded, then it has the figures of its result', async () => {
  const shared = await decodeSnapshot(readFileSync(stored('link.txt'), 'utf8').trim());
  const finals = ({ runs }: RaceResult) => runs.map((run) => [run.label, run.seed, run.method, run.final]);
  expect(finals(shared)).toEqual(finals(readResult(stored('result.json'))));
});

test('given an experiment that version 0.1 left within its second seed, when resumed, then its numbers are those of one never stopped', () => {
  const out = join(folder, 'resumed.json');
  copyFileSync(stored('experiment.checkpoint'), `${out}.checkpoint`);
  const settings =
    '--preset=quick --dataset=synthetic --classes=0,1 --train-size=24 --test-size=8 --eval-size=8 --batch-size=8 --epochs=2 ' +
    '--width=2 --attack-steps=2 --conflict-every=2 --seed=3 --seeds=2 --methods=at,lbgat,arat,arat-swa --backend=wasm';
  const args = [
    'tsx',
    fileURLToPath(new URL('./experiment.ts', import.meta.url)),
    '--no-relaxed-simd',
    ...settings.split(' '),
  ];
  const { status, stderr } = spawnSync('npx', [...args, '--resume', `--out=${out}`], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  expect(digests(readResult(out))).toEqual(digests(readResult(stored('result.json'))));
});
