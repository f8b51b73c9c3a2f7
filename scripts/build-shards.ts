/** Builds the shards of CIFAR-10 that the page's site serves, from the official archive or a file. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileFromBytes, readCifarFiles } from '../src/core/data/archive.ts';
import type { OnProgress } from '../src/core/data/byte-reader.ts';
import { DataError } from '../src/core/data/data-error.ts';
import { SHARDS_FORMAT, SHARDS_VERSION, type ShardIndex } from '../src/core/data/hosted.ts';
import { fetchOfficialArchive } from '../src/core/data/node-environment.ts';
import { cifar10 } from '../src/core/data/sources/cifar10.ts';
import { prepareFolder, writeShards } from './shard-writer.ts';

const OFFICIAL_ARCHIVE = cifar10.download.archive!;

export interface BuildOptions {
  readonly file?: string;
  readonly allowOtherChecksum?: boolean;
  readonly out: string;
  /** Progress of the download. */
  readonly onProgress?: OnProgress;
}

/** Writes the shards, then index.json; other files of the folder stay. Throws `DataError` with one sentence. */
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
    return {
      archive: await fetchOfficialArchive({ ...OFFICIAL_ARCHIVE, onProgress: options.onProgress }),
      official: true,
    };
  }
  const bytes = await readFile(options.file).catch(() => {
    throw new DataError(`${options.file} cannot be read; expected cifar-10-binary.tar.gz.`);
  });
  const md5 = createHash('md5').update(bytes).digest('hex');
  const official = md5 === OFFICIAL_ARCHIVE.md5;
  if (!official && !options.allowOtherChecksum) {
    throw new DataError(
      `${options.file} has the MD5 ${md5}, the official archive ${OFFICIAL_ARCHIVE.md5}: ` +
        `give --allow-other-checksum to use it anyway.`,
    );
  }
  return { archive: fileFromBytes(basename(options.file), bytes), official };
}
