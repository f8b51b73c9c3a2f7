/**
 * `npm run digests [-- --backend wasm|cpu] [--write]`: trains every method and every ARAT switch for two tiny epochs
 * and compares a digest of each run's numbers with `digests.json`, written by an earlier version. A refactoring must
 * not change any of them. A commit that changes numbers on purpose (a kernel's summation order, a method) rewrites the
 * table with `--write` and says so.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Arithmetic } from '../core/backend/arithmetic.ts';
import { digestOf } from '../core/result/node-digest.ts';
import type { RaceResult } from '../core/result/results.ts';
import { writeWhole } from '../core/node-files.ts';
import { choiceOption, parseOptions, runCommand } from './args.ts';

export const TABLE = new URL('./digests.json', import.meta.url);
export const DIGEST_BACKENDS = ['wasm', 'cpu'] as const;
export type DigestBackend = (typeof DIGEST_BACKENDS)[number];
/** `line-up / label` -> first 16 hexadecimal digits of a SHA-256. */
export type Digests = Readonly<Record<string, string>>;

/** The arithmetic of the digests. It gives the same digits on every processor, which relaxed SIMD does not. */
const PINNED: Readonly<Record<DigestBackend, Arithmetic>> = { wasm: 'wasm-separate', cpu: 'cpu' };

const LINE_UPS = ['paper', 'switched-off'] as const;
const TINY = [
  '--preset=quick --dataset=synthetic --classes=0,1 --train-size=24 --test-size=8 --eval-size=8 --batch-size=8',
  '--epochs=2 --width=2 --attack-steps=2 --conflict-every=2 --seed=3',
].flatMap((line) => line.split(' '));

/**
 * Runs `npm run experiment` for each line-up in a separate process. Throws `Error` if one fails or computes with
 * another arithmetic.
 */
export function computeDigests(backend: DigestBackend): Digests {
  const folder = mkdtempSync(join(tmpdir(), 'arat-digests-'));
  const digests: Record<string, string> = {};
  try {
    for (const lineUp of LINE_UPS) {
      const out = join(folder, `${lineUp}.json`);
      const command = fileURLToPath(new URL('./experiment.ts', import.meta.url));
      const options = [
        ...TINY,
        '--no-relaxed-simd',
        `--line-up=${lineUp}`,
        `--backend=${backend}`,
        `--out=${out}`,
      ];
      const { status, stderr } = spawnSync('npx', ['tsx', command, ...options], { encoding: 'utf8' });
      if (status !== 0) throw new Error(`The experiment "${lineUp}" on ${backend} failed:\n${stderr}`);
      const { runs, arithmetic } = JSON.parse(readFileSync(out, 'utf8')) as RaceResult;
      if (arithmetic !== PINNED[backend])
        throw new Error(
          `The experiment "${lineUp}" computed with ${arithmetic}, not with ${PINNED[backend]}.`,
        );
      for (const run of runs) digests[`${lineUp} / ${run.label}`] = digestOf(run);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return digests;
}

type Table = Readonly<Record<DigestBackend, Digests>>;

export const readTable = (): Table => JSON.parse(readFileSync(TABLE, 'utf8')) as Table;

async function main(): Promise<number> {
  const { values } = parseOptions({ options: { backend: { type: 'string' }, write: { type: 'boolean' } } });
  const backends: readonly DigestBackend[] = values.backend
    ? [choiceOption('backend', values.backend, DIGEST_BACKENDS)]
    : DIGEST_BACKENDS;
  const computed = Object.fromEntries(backends.map((backend) => [backend, computeDigests(backend)]));
  if (values.write)
    writeWhole(fileURLToPath(TABLE), `${JSON.stringify({ ...readTable(), ...computed }, null, 2)}\n`);
  const before = readTable();
  let different = 0;
  for (const backend of backends)
    for (const [name, digest] of Object.entries(computed[backend])) {
      const same = before[backend]?.[name] === digest;
      if (!same) different++;
      console.log(`${backend}  ${digest}  ${same ? 'same     ' : 'different'}  ${name}`);
    }
  console.log(
    `${different} of ${backends.reduce((n, b) => n + Object.keys(computed[b]).length, 0)} differ from ${fileURLToPath(TABLE)}`,
  );
  return different === 0 ? 0 : 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await runCommand(main);
