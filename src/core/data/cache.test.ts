import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { datasetCache, type CacheDirectory } from './cache.ts';
import { memoryDirectory } from './testing/memory-directory.ts';
import { sampleDataset } from './testing/samples.ts';

const dataset = sampleDataset(7, 3);

describe('datasetCache', () => {
  it.each(['writable', 'sync'] as const)(
    'given a data set written through %s files, when read, then it is the same',
    async (style) => {
      const cache = datasetCache(async () => memoryDirectory(Infinity, style));
      const directory = memoryDirectory(Infinity, style);
      const kept = datasetCache(async () => directory);
      expect(await cache.read('cifar10')).toBeNull();
      await kept.write('cifar10', dataset);
      expect(await kept.read('cifar10')).toEqual(dataset);
      expect(await kept.read('archive')).toBeNull();
      await kept.remove('cifar10');
      expect(await kept.read('cifar10')).toBeNull();
      expect(directory.files.size).toBe(0);
    },
  );

  it('given a second data set, when written under the same key, then it replaces the first', async () => {
    const directory = memoryDirectory();
    const cache = datasetCache(async () => directory);
    await cache.write('archive', dataset);
    const second = sampleDataset(2, 1);
    await cache.write('archive', second);
    expect(await cache.read('archive')).toEqual(second);
  });

  it('given too little room, when written, then it rejects and leaves nothing behind', async () => {
    const directory = memoryDirectory(20_000);
    const cache = datasetCache(async () => directory);
    await expect(cache.write('cifar10', dataset)).rejects.toThrow('no room');
    expect(directory.files.size).toBe(0);
  });

  it('given a write interrupted before the header, when read, then it gives null', async () => {
    const directory = memoryDirectory();
    const cache = datasetCache(async () => directory);
    await cache.write('cifar10', dataset);
    directory.files.delete('cifar10.json');
    expect(await cache.read('cifar10')).toBeNull();
  });

  it('given another version, when read, then it gives null', async () => {
    const directory = memoryDirectory();
    const cache = datasetCache(async () => directory);
    await cache.write('cifar10', dataset);
    const header = new TextDecoder().decode(directory.files.get('cifar10.json'));
    directory.files.set(
      'cifar10.json',
      new TextEncoder().encode(header.replace('"version":1', '"version":0')),
    );
    expect(header).toContain('"version":1');
    expect(await cache.read('cifar10')).toBeNull();
  });

  it('given one changed byte or a shorter file, when read, then it gives null', async () => {
    const directory = memoryDirectory();
    const cache = datasetCache(async () => directory);
    await cache.write('cifar10', dataset);
    const whole = directory.files.get('cifar10.bin')!;
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.integer({ min: 1, max: 255 }),
        fc.boolean(),
        async (at, xor, cut) => {
          const spoiled = cut ? whole.slice(0, at) : whole.slice();
          if (!cut) spoiled[at] ^= xor;
          directory.files.set('cifar10.bin', spoiled);
          expect(await cache.read('cifar10')).toBeNull();
        },
      ),
      { numRuns: 50 },
    );
  });

  it('given a storage that refuses access, when read, then it gives null, and writing rejects', async () => {
    const cache = datasetCache(() => Promise.reject(new DOMException('private window', 'SecurityError')));
    expect(await cache.read('cifar10')).toBeNull();
    await expect(cache.write('cifar10', dataset)).rejects.toThrow('private window');
  });
});

it('given sites in two folders of one origin, then each reads its own data set, or else the shared one of an earlier version', async () => {
  const folders = new Map<string, CacheDirectory>();
  const root: CacheDirectory = {
    ...memoryDirectory(),
    async getDirectoryHandle(name, { create }) {
      if (!folders.has(name) && !create) throw new DOMException('no such folder', 'NotFoundError');
      if (!folders.has(name)) folders.set(name, memoryDirectory());
      return folders.get(name)!;
    },
  };
  const [a, b] = ['datasets a', 'datasets b'].map((name) => datasetCache(async () => root, name));
  expect(await a.read('archive')).toBeNull();
  expect([...folders.keys()]).toEqual(['datasets a']);
  await datasetCache(async () => root).write('archive', dataset);
  const second = sampleDataset(2, 1);
  await a.write('archive', second);
  expect(await a.read('archive')).toEqual(second);
  expect(await b.read('archive')).toEqual(dataset);
  await a.remove('archive');
  expect(await datasetCache(async () => root).read('archive')).toEqual(dataset);
});
