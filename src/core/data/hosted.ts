/** Loads a data set from shards on the page's own site. `npm run data:cifar10` writes those of CIFAR-10. */
import * as v from 'valibot';
import { count, type OnProgress } from './byte-reader.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, type Dataset, type ImageSet } from './dataset.ts';
import { download, HttpError, type HttpOptions } from './http.ts';
import type { AnySource } from './sources/source.ts';

export const SHARDS_FORMAT = 'arat-image-shards';
export const SHARDS_VERSION = 1;
/** Images per shard, 15 MB, so that a failed transfer costs little. */
export const SHARD_IMAGES = 5000;

const size = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100_000));
const SplitSchema = v.strictObject({
  count: size,
  shards: v.pipe(
    v.array(
      v.strictObject({
        // A plain name, so that no shard comes from another folder or host.
        file: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9._-]{0,80}$/)),
        count: size,
        sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
      }),
    ),
    v.minLength(1),
    v.maxLength(1000),
  ),
});

/**
 * The format of index.json. A shard of n images has n label bytes, then n * 3,072 pixel bytes, [n, 32, 32, 3];
 * `sha256` is of the whole shard. The images of a split are those of its shards in order.
 */
export const ShardIndexSchema = v.strictObject({
  format: v.literal(SHARDS_FORMAT),
  version: v.literal(SHARDS_VERSION),
  classNames: v.pipe(
    v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(40))),
    v.minLength(2),
    v.maxLength(100),
  ),
  provenance: v.pipe(v.string(), v.minLength(1), v.maxLength(400)),
  train: SplitSchema,
  test: SplitSchema,
});
export type ShardIndex = v.InferOutput<typeof ShardIndexSchema>;

/** The site has no shards of this data set. This is not a fault: the next source is tried. */
export class NotHostedError extends DataError {}

export interface HostedOptions extends HttpOptions {
  readonly source: Pick<AnySource, 'id' | 'short'>;
  readonly onProgress?: OnProgress;
}

/**
 * Loads the shards in `data/<id of the source>/` below `baseUrl`, the page's folder, and compares each with its
 * SHA-256. Throws `NotHostedError` if there is no index; `DataError` that names the file if a shard is missing,
 * truncated or not as the index says; the signal's reason when aborted.
 */
export async function loadHosted(baseUrl: string, options: HostedOptions): Promise<Dataset> {
  const folder = new URL(`data/${options.source.id}/`, baseUrl).href;
  const index = await loadIndex(folder, options);
  const totalBytes = (index.train.count + index.test.count) * (1 + IMAGE_BYTES);
  let before = 0;
  const loadSplit = async (split: ShardIndex['train']): Promise<ImageSet> => {
    const images = new Uint8Array(split.count * IMAGE_BYTES);
    const labels = new Uint8Array(split.count);
    let at = 0;
    for (const shard of split.shards) {
      const expected = shard.count * (1 + IMAGE_BYTES);
      const bytes = await download(folder + shard.file, expected, options, (loaded) =>
        options.onProgress?.({
          phase: `Downloading ${options.source.short} from this site`,
          loadedBytes: before + loaded,
          totalBytes,
        }),
      );
      if (bytes.length !== expected) {
        throw new DataError(`${shard.file} has ${count(bytes.length)} bytes; expected ${count(expected)}`);
      }
      const checksum = await sha256(bytes);
      // Without a secure context SHA-256 is not available; size and labels are still checked.
      if (checksum !== null && checksum !== shard.sha256) {
        throw new DataError(`${shard.file} is damaged: its SHA-256 is not the one in index.json`);
      }
      labels.set(bytes.subarray(0, shard.count), at);
      images.set(bytes.subarray(shard.count), at * IMAGE_BYTES);
      at += shard.count;
      before += expected;
    }
    const wrong = labels.findIndex((label) => label >= index.classNames.length);
    if (wrong >= 0) {
      throw new DataError(
        `image ${count(wrong)} has label ${labels[wrong]}; expected 0 to ${index.classNames.length - 1}`,
      );
    }
    return { images, labels };
  };
  return {
    train: await loadSplit(index.train),
    test: await loadSplit(index.test),
    classNames: index.classNames,
    provenance: index.provenance,
  };
}

async function loadIndex(folder: string, options: HostedOptions): Promise<ShardIndex> {
  let bytes: Uint8Array;
  try {
    bytes = await download(`${folder}index.json`, 2 ** 20, options);
  } catch (error) {
    if (error instanceof HttpError && (error.status === 404 || error.status === 403)) {
      throw new NotHostedError(`no ${options.source.short} is hosted beside this page`);
    }
    throw error;
  }
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    // Servers of single-page apps answer an unknown address with the page.
    throw new NotHostedError(`no ${options.source.short} is hosted beside this page`);
  }
  const parsed = v.safeParse(ShardIndexSchema, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new DataError(
      `index.json of the hosted ${options.source.short} is not valid: ${v.getDotPath(issue) ?? ''} ${issue.message}`,
    );
  }
  for (const name of ['train', 'test'] as const) {
    const split = parsed.output[name];
    const sum = split.shards.reduce((total, shard) => total + shard.count, 0);
    if (sum !== split.count) {
      throw new DataError(
        `index.json: the ${name} shards hold ${count(sum)} images; expected ${count(split.count)}`,
      );
    }
  }
  return parsed.output;
}

/** Hexadecimal SHA-256, or null if the page is not a secure context. */
export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null;
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
