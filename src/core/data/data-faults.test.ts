/** Faults of network and host while a data set is loaded: in the end the same data is loaded. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentOf } from './content.ts';
import { loadDataset } from './load.ts';
import { startFileServer, type FileServer } from './testing/file-server.ts';
import { decodePngsInNode } from './node-png.ts';
import { parquetOf, sampleDataset } from './testing/samples.ts';

const DATA = sampleDataset(20, 10);
const SHARD = '/data/cifar10/train-00.bin';
const INDEX = '/data/cifar10/index.json';

let server: FileServer;
beforeEach(async () => {
  const files: Record<string, Uint8Array> = {
    '/train-00000-of-00001.parquet': parquetOf(DATA.train, 10),
    '/test-00000-of-00001.parquet': parquetOf(DATA.test, 10),
  };
  const split = async (name: 'train' | 'test') => {
    const { labels, images } = DATA[name];
    const bytes = new Uint8Array([...labels, ...images]);
    const sha256 = Buffer.from(await crypto.subtle.digest('SHA-256', bytes)).toString('hex');
    const file = `${name}-00.bin`;
    files[`/data/cifar10/${file}`] = bytes;
    return { count: labels.length, shards: [{ file, count: labels.length, sha256 }] };
  };
  const { classNames, provenance } = DATA;
  const head = { format: 'arat-image-shards', version: 1, classNames, provenance };
  const index = { ...head, train: await split('train'), test: await split('test') };
  files[INDEX] = new TextEncoder().encode(JSON.stringify(index));
  server = await startFileServer(files);
});
afterEach(() => server.close());

/** Loads CIFAR-10 from the server as the page's host, or else as Hugging Face. */
async function load() {
  const notes: string[] = [];
  const phases = new Set<string>();
  const data = await loadDataset('cifar10', {
    baseUrl: `${server.url}/`,
    environment: { fetch, cache: null, decodePngs: decodePngsInNode, huggingFaceUrl: server.url },
    onNote: (note) => notes.push(note),
    onProgress: ({ phase }) => phases.add(phase),
  });
  return { data, notes, phases: [...phases].join('; ') };
}

describe('given a host', () => {
  it('whose connection is cut within a shard, then the other source gives the same images, and a note says why (fault: network-cut)', async () => {
    server.faults = { cutAfter: 5000, cutEnd: SHARD };
    const { data, notes } = await load();
    expect(contentOf(data)).toBe(contentOf(DATA));
    expect(notes).toEqual([
      expect.stringMatching(/could not be loaded from this site .*trying Hugging Face/),
    ]);
  });

  it.each([
    ['fault: http-429', 429],
    ['fault: http-503', 503],
  ])(
    'that is busy (%s), then progress reports the wait, and the host is asked again and gives the same images',
    async (_, status) => {
      server.faults = { fail: { end: SHARD, status, times: 1, retryAfter: '0' } };
      const { data, notes, phases } = await load();
      expect(contentOf(data)).toBe(contentOf(DATA));
      expect(phases).toMatch(new RegExp(`is busy \\(${status}\\): asking again`));
      expect(notes).toEqual([]);
    },
  );

  it.each([
    [
      'a page in place of the list (fault: wrong-type)',
      () => server.files.set(INDEX, new TextEncoder().encode('<!doctype html><title>Home</title>')),
    ],
    [
      'a shard that is too short (fault: short-body)',
      () => server.files.set(SHARD, server.files.get(SHARD)!.slice(0, -100)),
    ],
    ['a shard with one other bit (fault: damaged-shard)', () => void (server.files.get(SHARD)![4000] ^= 1)],
  ])('that sends %s, then the other source gives the same images, and a note says so', async (_, harm) => {
    harm();
    const { data, notes } = await load();
    expect(contentOf(data)).toBe(contentOf(DATA));
    expect(notes).toEqual([expect.stringMatching(/trying Hugging Face/)]);
  });
});
