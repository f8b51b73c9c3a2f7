/** Writes the CIFAR-10 shards into a folder. Replaces or removes only files of an earlier build there. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { DataError } from '../src/core/data/data-error.ts';
import { IMAGE_BYTES, type ImageSet } from '../src/core/data/dataset.ts';
import { SHARD_IMAGES, ShardIndexSchema, type ShardIndex } from '../src/core/data/hosted.ts';
import { tryWriting, writeWhole } from '../src/core/node-files.ts';

const INDEX = 'index.json';
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

type Split = ShardIndex['train'];
interface Shard {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/**
 * Names of the shards that an earlier build wrote into `folder`; none if it has no index.json. Throws DataError if
 * index.json is not an index of shards.
 */
function earlierFiles(folder: string): ReadonlySet<string> {
  const path = join(folder, INDEX);
  if (!existsSync(path)) return new Set();
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    json = null;
  }
  const { success, output } = v.safeParse(ShardIndexSchema, json);
  if (!success)
    throw new DataError(`${path} is not an index of shards and is left as it is: give another --out.`);
  return new Set([output.train, output.test].flatMap(({ shards }) => shards.map(({ file }) => file)));
}

/**
 * Call it before any work. Makes the folder. Throws DataError if it cannot be written or holds an index.json that is
 * not an index of shards.
 */
export function prepareFolder(folder: string): void {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new DataError(`--out: ${folder} is a file; expected a folder.`);
  try {
    mkdirSync(folder, { recursive: true });
    tryWriting(join(folder, INDEX));
  } catch (error) {
    throw new DataError(`--out: ${folder} cannot be written (${(error as Error).message}).`);
  }
  earlierFiles(folder);
}

function shardsOf(name: string, set: ImageSet): Shard[] {
  const n = set.labels.length;
  return Array.from({ length: Math.ceil(n / SHARD_IMAGES) }, (_, i) => {
    const [start, end] = [i * SHARD_IMAGES, Math.min(n, (i + 1) * SHARD_IMAGES)];
    const bytes = Buffer.concat([
      set.labels.subarray(start, end),
      set.images.subarray(start * IMAGE_BYTES, end * IMAGE_BYTES),
    ]);
    return { file: `${name}-${String(i).padStart(2, '0')}.bin`, bytes, sha256: sha256(bytes) };
  });
}

/**
 * Writes shards and index.json. First writes every shard under a temporary name, then renames them, then writes the
 * index, then removes shards of an earlier build that are no longer used. Throws DataError if a file with the name of a
 * shard, but other contents, does not come from an earlier build.
 */
export function writeShards(
  folder: string,
  sets: { readonly train: ImageSet; readonly test: ImageSet },
  about: Omit<ShardIndex, 'train' | 'test'>,
): ShardIndex {
  const splits = { train: shardsOf('train', sets.train), test: shardsOf('test', sets.test) };
  const all = [...splits.train, ...splits.test];
  const earlier = earlierFiles(folder);
  const foreign = all.find(({ file, sha256: own }) => {
    const path = join(folder, file);
    return !earlier.has(file) && existsSync(path) && sha256(readFileSync(path)) !== own;
  });
  if (foreign)
    throw new DataError(
      `${join(folder, foreign.file)} is not a shard of an earlier build and is left as it is: give another --out.`,
    );
  const waiting = (file: string) => join(folder, `${file}.new`);
  try {
    for (const { file, bytes } of all) writeWhole(waiting(file), bytes);
    for (const { file } of all) renameSync(waiting(file), join(folder, file));
  } catch (error) {
    for (const { file } of all) rmSync(waiting(file), { force: true });
    throw error;
  }
  const listed = (shards: readonly Shard[]): Split => {
    const list = shards.map((s) => ({
      file: s.file,
      count: s.bytes.length / (1 + IMAGE_BYTES),
      sha256: s.sha256,
    }));
    return { count: list.reduce((sum, { count }) => sum + count, 0), shards: list };
  };
  const index = { ...about, train: listed(splits.train), test: listed(splits.test) };
  writeWhole(join(folder, INDEX), `${JSON.stringify(index, null, 2)}\n`);
  const used = new Set(all.map(({ file }) => file));
  for (const file of earlier) if (!used.has(file)) rmSync(join(folder, file), { force: true });
  return index;
}
