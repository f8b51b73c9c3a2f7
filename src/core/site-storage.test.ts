import 'fake-indexeddb/auto';
import { openDB } from 'idb';
import { describe, expect, it } from 'vitest';
import { ADOPTED, adoptRecords, databaseName, directoryName, siteFolder } from './site-storage.ts';

let count = 0;

describe('siteFolder', () => {
  it.each([
    ['https://a.example/', '/'],
    ['https://a.example/index.html?x=1#s=abc/d', '/'],
    ['https://a.example/arat/', '/arat/'],
    ['https://a.example/arat/index.html#why', '/arat/'],
    ['https://a.example/arat/next/?q=/z/', '/arat/next/'],
    ['not an address', '/'],
    [undefined, '/'],
  ])('given the page at %s, then %s', (address, folder) => {
    expect(siteFolder(address)).toBe(folder);
  });

  it('given two folders, then their names differ, and that of a directory has no slash', () => {
    const [a, b] = ['https://a.example/a/', 'https://a.example/a/b/'];
    expect(databaseName('runs', a)).not.toBe(databaseName('runs', b));
    expect(directoryName('datasets', a)).not.toBe(directoryName('datasets', b));
    expect(directoryName('datasets', b)).not.toContain('/');
  });
});

describe('adoptRecords', () => {
  const older = async (values: Record<string, unknown>) => {
    const name = `older-${count++}`;
    const database = await openDB(name, 1, { upgrade: (d) => void d.createObjectStore('states') });
    for (const [key, value] of Object.entries(values)) await database.put('states', value, key);
    database.close();
    return name;
  };
  const open = (name = `own-${count++}`) =>
    openDB(name, 1, {
      upgrade(d) {
        for (const store of ['states', 'summaries', ADOPTED]) d.createObjectStore(store);
      },
    });

  it('given records with keys of their own, then they are copied once, what was there stays, and the older database is as it was', async () => {
    const from = await older({ last: 1, other: 2 });
    const own = await open();
    await own.put('states', 'mine', 'other');
    await adoptRecords(own, from, ['states', 'summaries']);
    expect([await own.get('states', 'last'), await own.get('states', 'other')]).toEqual([1, 'mine']);
    await own.delete('states', 'last');
    await adoptRecords(own, from, ['states', 'summaries']);
    expect(await own.getAllKeys('states')).toEqual(['other']);
    const source = await openDB(from);
    expect(await source.getAllKeys('states')).toEqual(['last', 'other']);
    expect(source.version).toBe(1);
  });

  it('given no older database, then none is made', async () => {
    const own = await open();
    const from = `absent-${count++}`;
    await adoptRecords(own, from, ['states']);
    expect((await indexedDB.databases()).map((d) => d.name)).not.toContain(from);
  });

  it('given a copy that fails, then neither records nor marker are there, and the next try copies all', async () => {
    const from = await older({ a: 1, b: 2 });
    const own = await open();
    const put = IDBObjectStore.prototype.put;
    let puts = 0;
    IDBObjectStore.prototype.put = function (...args) {
      if (++puts === 2) {
        this.transaction.abort();
        throw new DOMException('no room', 'QuotaExceededError');
      }
      return put.apply(this, args);
    };
    try {
      await expect(adoptRecords(own, from, ['states'])).rejects.toThrow();
    } finally {
      IDBObjectStore.prototype.put = put;
    }
    expect([await own.count('states'), await own.count(ADOPTED)]).toEqual([0, 0]);
    await adoptRecords(own, from, ['states']);
    expect(await own.getAllKeys('states')).toEqual(['a', 'b']);
  });

  it('given two tabs that adopt at once, then each record is there once', async () => {
    const from = await older({ a: 1 });
    const name = `own-${count++}`;
    const tabs = await Promise.all([open(name), open(name)]);
    await Promise.all(tabs.map((tab) => adoptRecords(tab, from, ['states'])));
    expect(await tabs[0].getAllKeys('states')).toEqual(['a']);
  });
});
