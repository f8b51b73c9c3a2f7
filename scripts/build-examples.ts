/** `npm run data:examples`: writes `public/recorded/examples.bin`, the first screen's images (example-images.ts). */
import { readFileSync } from 'node:fs';
import { ShardIndexSchema } from '../src/core/data/hosted.ts';
import { writeWhole } from '../src/core/node-files.ts';
import * as v from 'valibot';
import { exampleImages } from './example-images.ts';

const FOLDER = 'public/data/embedded';
const index = v.parse(ShardIndexSchema, JSON.parse(readFileSync(`${FOLDER}/index.json`, 'utf8')));
const [{ file, count }] = index.test.shards;
const bytes = exampleImages(readFileSync(`${FOLDER}/${file}`), count, index.classNames.length);
writeWhole('public/recorded/examples.bin', bytes);
console.log(`public/recorded/examples.bin: ${bytes.length} bytes.`);
