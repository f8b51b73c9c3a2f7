/**
 * Builds the CIFAR-10 shards that the page loads from beside itself, into public/data/cifar10 (not committed).
 *   npm run data:cifar10 -- [--file PATH] [--allow-other-checksum] [--out FOLDER]
 * Without --file it downloads the official archive. Its MD5 must be the official one; --allow-other-checksum admits
 * another archive of the same layout, e.g. a subset, and says so in the provenance that the page shows. Of what FOLDER
 * holds, only the shards and the index of an earlier build are replaced.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { loadProgressPrinter } from '../src/cli/load-progress.ts';
import { fileFromBytes, readCifarFiles } from '../src/core/data/archive.ts';
import { DataError } from '../src/core/data/data-error.ts';
import { SHARDS_FORMAT, SHARDS_VERSION, type ShardIndex } from '../src/core/data/hosted.ts';
import { fetchOfficialArchive, OFFICIAL_ARCHIVE } from '../src/core/data/node-environment.ts';
import { prepareFolder, writeShards } from './shard-writer.ts';

export interface BuildOptions {
  readonly file?: string;
  readonly allowOtherChecksum?: boolean;
  readonly out: string;
}

/** Writes the shards and index.json (last); other files of the folder stay. Throws `DataError` with one sentence. */
export async function buildShards(options: BuildOptions): Promise<ShardIndex> {
  prepareFolder(options.out);
  const { archive, official } = await openArchive(options);
  const dataset = await readCifarFiles([archive], { expected: 'CIFAR-10' });
  return writeShards(options.out, dataset, {
    format: SHARDS_FORMAT,
    version: SHARDS_VERSION,
    classNames: [...dataset.classNames],
    provenance: official
      ? `CIFAR-10 (Krizhevsky, 2009), official binary archive, MD5 ${OFFICIAL_ARCHIVE.md5}`
      : `CIFAR-10 layout from ${archive.name.slice(0, 100)}, not the official archive`,
  });
}

async function openArchive(options: BuildOptions) {
  if (options.file === undefined) {
    console.log(`Downloading ${OFFICIAL_ARCHIVE.url} (170 MB) …`);
    const progress = loadProgressPrinter(process.stdout);
    try {
      return { archive: await fetchOfficialArchive({ onProgress: progress.onProgress }), official: true };
    } finally {
      progress.end();
    }
  }
  const bytes = await readFile(options.file).catch(() => {
    throw new DataError(`${options.file} cannot be read; expected cifar-10-binary.tar.gz.`);
  });
  const md5 = createHash('md5').update(bytes).digest('hex');
  const official = md5 === OFFICIAL_ARCHIVE.md5;
  if (!official && !options.allowOtherChecksum) {
    throw new DataError(
      `${options.file} has the MD5 ${md5}, the official archive ${OFFICIAL_ARCHIVE.md5}: ` +
        `give --allow-other-checksum if this is meant.`,
    );
  }
  return { archive: fileFromBytes(basename(options.file), bytes), official };
}

async function main(args: string[]): Promise<number> {
  let values;
  try {
    ({ values } = parseArgs({
      args,
      options: {
        file: { type: 'string' },
        out: { type: 'string', default: 'public/data/cifar10' },
        'allow-other-checksum': { type: 'boolean', default: false },
      },
    }));
  } catch (error) {
    console.error(
      `${(error as Error).message} Usage: npm run data:cifar10 -- [--file PATH] [--allow-other-checksum] [--out FOLDER]`,
    );
    return 2;
  }
  try {
    const index = await buildShards({
      file: values.file,
      out: values.out,
      allowOtherChecksum: values['allow-other-checksum'],
    });
    const shards = index.train.shards.length + index.test.shards.length;
    console.log(
      `${values.out}: ${index.train.count} training and ${index.test.count} test images in ${shards} shards (${index.provenance}).`,
    );
    return 0;
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

if (process.argv[1] && basename(process.argv[1]).startsWith('build-cifar10')) {
  process.exitCode = await main(process.argv.slice(2));
}
