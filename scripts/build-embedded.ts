/**
 * Builds the images that come with the page, public/data/embedded (committed): 1,024 training and 800 test images of
 * four classes, balanced, chosen by seed 0.
 *   npm run data:embedded -- ARCHIVE [FOLDER]
 * ARCHIVE: a CIFAR-10 in the official binary layout.
 */
import { readCifarFiles } from '../src/core/data/archive.ts';
import { SHARDS_FORMAT, SHARDS_VERSION } from '../src/core/data/hosted.ts';
import { filesFromPaths } from '../src/core/data/node-environment.ts';
import { embedded, EMBEDDED_CLASSES } from '../src/core/data/sources/embedded.ts';
import { subset } from '../src/core/data/subset.ts';
import { PRESETS } from '../src/core/experiments/presets.ts';
import { errorMessage } from '../src/core/error-message.ts';
import { prepareFolder, writeShards } from './shard-writer.ts';

const PROVENANCE =
  'CIFAR-10 (Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009): four of its classes, from a JPEG copy, so pixels differ slightly from the original';

async function main([archive, folder = 'public/data/embedded']: readonly string[]): Promise<number> {
  if (archive === undefined) {
    console.error('Usage: npm run data:embedded -- ARCHIVE [FOLDER]');
    return 2;
  }
  try {
    prepareFolder(folder);
    const all = await readCifarFiles(await filesFromPaths([archive]), { expected: 'CIFAR-10' });
    const { train, test } = embedded.limits;
    const classes = [...EMBEDDED_CLASSES];
    const chosen = subset(all, {
      dataset: { source: 'archive', classes, trainSize: train, testSize: test },
      evaluation: PRESETS.demo.evaluation,
      seed: 0,
    });
    writeShards(folder, chosen, {
      format: SHARDS_FORMAT,
      version: SHARDS_VERSION,
      classNames: [...chosen.classNames],
      provenance: PROVENANCE,
    });
    console.log(`${folder}: ${train} training and ${test} test images.`);
    return 0;
  } catch (error) {
    console.error(errorMessage(error));
    return 1;
  }
}

process.exitCode = await main(process.argv.slice(2));
