/**
 * Names of what the page keeps in the browser. Several copies of the site may lie in folders of one origin, which
 * shares its storage: each folder has names of its own. Earlier versions had the same names everywhere; what they kept
 * is copied once into each folder, and left where it is for the others.
 */
import { openDB, type IDBPDatabase } from 'idb';

/** `base`: the page's address. The folder that it lies in, with both slashes. */
export function siteFolder(base: string | undefined): string {
  if (base === undefined || !URL.canParse(base)) return '/';
  const { pathname } = new URL(base);
  return pathname.slice(0, pathname.lastIndexOf('/') + 1) || '/';
}

/** The page's own address, where there is a page. */
export const pageBase = (): string | undefined =>
  typeof document === 'undefined' ? undefined : document.baseURI;

export const databaseName = (name: string, base: string | undefined): string => `${name} ${siteFolder(base)}`;

/** A folder of the private file system; its name may have no slash. */
export const directoryName = (name: string, base: string | undefined): string =>
  `${name} ${encodeURIComponent(siteFolder(base))}`;

/** The store that holds the marker. Whoever opens a database that adopts creates it. */
export const ADOPTED = 'adopted';

interface Records {
  readonly store: string;
  readonly keys: readonly IDBValidKey[];
  readonly values: readonly unknown[];
}

/** All that database `name` has in these stores; nothing where there is no such database, which is not created. */
async function readAll(name: string, stores: readonly string[]): Promise<Records[]> {
  let absent = false;
  let database: IDBPDatabase;
  try {
    database = await openDB(name, undefined, {
      upgrade(_database, _old, _new, transaction) {
        absent = true;
        transaction.done.catch(() => {});
        transaction.abort();
      },
    });
  } catch (error) {
    if (absent) return [];
    throw error;
  }
  try {
    const there = stores.filter((store) => database.objectStoreNames.contains(store));
    if (there.length === 0) return [];
    const reading = database.transaction(there);
    return await Promise.all(
      there.map(async (store) => {
        const source = reading.objectStore(store);
        const [keys, values] = await Promise.all([source.getAllKeys(), source.getAll()]);
        return { store, keys, values };
      }),
    );
  } finally {
    database.close();
  }
}

/**
 * Copies the records of database `from` into `database`, the first time only: records and marker in one transaction,
 * so that what is deleted here later does not come back. What is there under the same key stays.
 */
export async function adoptRecords(
  database: IDBPDatabase,
  from: string,
  stores: readonly string[],
): Promise<void> {
  if ((await database.get(ADOPTED, from)) !== undefined) return;
  const records = await readAll(from, stores);
  const transaction = database.transaction([ADOPTED, ...stores], 'readwrite');
  const copy = async () => {
    // Another tab may have done it meanwhile.
    if ((await transaction.objectStore(ADOPTED).get(from)) !== undefined) return;
    for (const { store, keys, values } of records) {
      const target = transaction.objectStore(store);
      for (const [i, key] of keys.entries())
        if ((await target.getKey(key)) === undefined)
          await target.put(values[i], target.keyPath === null ? key : undefined);
    }
    await transaction.objectStore(ADOPTED).put(true, from);
  };
  await Promise.all([copy(), transaction.done]);
}
