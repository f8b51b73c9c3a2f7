/**
 * Builds the CIFAR-10 shards that the page loads from its own site, into public/data/cifar10 (not committed).
 *   npm run data:cifar10 -- [--file PATH] [--allow-other-checksum] [--out FOLDER]
 * Without --file it downloads the official archive. Its MD5 must be the official one; --allow-other-checksum admits
 * another archive of the same layout, e.g. a subset, and the provenance that the page shows says so. In FOLDER, only
 * the shards and the index of an earlier build are replaced.
 */
import { parseArgs } from 'node:util';
import { loadProgressPrinter } from '../src/cli/load-progress.ts';
import { buildShards } from './build-shards.ts';

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
  const progress = loadProgressPrinter(process.stdout);
  try {
    const index = await buildShards({
      onProgress: progress.onProgress,
      file: values.file,
      out: values.out,
      allowOtherChecksum: values['allow-other-checksum'],
    });
    progress.end();
    const shards = index.train.shards.length + index.test.shards.length;
    console.log(
      `${values.out}: ${index.train.count} training and ${index.test.count} test images in ${shards} shards (${index.provenance}).`,
    );
    return 0;
  } catch (error) {
    progress.end();
    console.error((error as Error).message);
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
