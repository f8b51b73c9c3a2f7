/** Every form in which people have CIFAR gives the same images; each wrong form gives a sentence. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it, test } from 'vitest';
import { fileFromBytes, readCifarFiles, type ArchiveFile } from './archive.ts';
import { CIFAR100_CLASSES, CIFAR10_CLASSES } from './class-names.ts';
import { DataError } from './data-error.ts';
import { filesFromPaths } from './node-environment.ts';
import { decodePngsInNode } from './node-png.ts';
import { Forms, HUNDRED, TEN, type FormFile } from './testing/form-list.ts';

const FORMS = new URL('testing/forms/', import.meta.url);
const forms = new Forms(async (name) => Uint8Array.from(readFileSync(new URL(name, FORMS))));
const { packed, loose } = forms;

const folder = mkdtempSync(join(tmpdir(), 'forms-'));
afterAll(() => rmSync(folder, { recursive: true }));
function onDisk(name: string, files: readonly FormFile[]): string {
  for (const file of files) {
    const path = join(folder, name, file.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.bytes);
  }
  return join(folder, name);
}

const inMemory = (files: readonly FormFile[]) =>
  files.map(({ name, bytes }) => {
    // The name with its folders, which `fileFromBytes` may have left out.
    return Object.defineProperty(fileFromBytes(name, bytes), 'name', { value: name });
  });
const readFiles = (files: readonly ArchiveFile[]) => readCifarFiles(files, { decodePngs: decodePngsInNode });
const read = (files: readonly FormFile[]) => readFiles(inMemory(files));

function expectTen(data: Awaited<ReturnType<typeof read>>): void {
  expect(data.train).toEqual(TEN.train);
  expect(data.test).toEqual(TEN.test);
  expect(data.classNames).toEqual(CIFAR10_CLASSES);
  expect(data.provenance).toMatch(
    /^CIFAR-10 (binary|Python|parquet) files \(.*\): 4 training and 2 test images$/,
  );
}

test.each(forms.ten)('given CIFAR-10 as %s, when read, then its images are the same', async (_, files) => {
  expectTen(await read(await files()));
});

test.each(forms.ten)(
  'given the paths of CIFAR-10 as %s, when read, then its images are the same',
  async (what, files) => {
    const path = onDisk(what.replace(/\W/g, '-'), await files());
    // The folder, and all that lies in it.
    expectTen(await readFiles(await filesFromPaths([path])));
    expectTen(await readFiles(await filesFromPaths(readdirSync(path).map((name) => join(path, name)))));
  },
);

test.each(forms.hundred)(
  'given CIFAR-100 as %s, when read, then its images are the same, with fine labels',
  async (_, files) => {
    const data = await read(await files());
    expect(data.train).toEqual(HUNDRED.train);
    expect(data.test).toEqual(HUNDRED.test);
    expect(data.classNames).toHaveLength(100);
    expect(data.provenance).toMatch(/^CIFAR-100 /);
  },
);

describe('the record size tells CIFAR-10 from CIFAR-100', () => {
  it("given CIFAR-10's records in files with CIFAR-100's names, when read, then they are CIFAR-10", async () => {
    const files = await loose('cifar-10-binary.tar.gz', (name) =>
      name.replace('data_batch_1', 'train').replace('test_batch', 'test'),
    );
    const data = await read(files.filter(({ name }) => name !== 'data_batch_2.bin'));
    expect([...data.train.labels, ...data.test.labels]).toEqual([3, 0, 7, 2]);
    expect(data.classNames).toEqual(CIFAR10_CLASSES);
  });

  it("given a size that both record sizes divide, when read, then the labels decide, against the file's name", async () => {
    // 3,074 records of 3,073 bytes, which are as many bytes as 3,073 of 3,074.
    const ten = Uint8Array.from({ length: 3074 * 3073 }, (_, i) => (i % 3073 === 0 ? i % 10 : 200));
    const hundred = Uint8Array.from({ length: 3073 * 3074 }, (_, i) => [19, 99][i % 3074] ?? 200);
    const sets = [
      [ten, 'train.bin', 'test.bin', 'CIFAR-10', 3074],
      [hundred, 'data_batch_1.bin', 'test_batch.bin', 'CIFAR-100', 3073],
    ] as const;
    for (const [bytes, train, test, title, n] of sets) {
      const data = await read([
        { name: train, bytes },
        { name: test, bytes },
      ]);
      expect(data.provenance).toMatch(new RegExp(`^${title} `));
      expect(data.train.labels).toHaveLength(n);
    }
  }, 60_000);
});

it('given a class name of a meta file in Python, when read, then it is used', async () => {
  const data = await read(await packed('cifar-100-python.tar.gz'));
  expect(data.classNames[7]).toBe('fine 7');
  const bare = (await loose('cifar-100-python.tar.gz')).filter(({ name }) => name !== 'meta');
  expect((await read(bare)).classNames).toEqual(CIFAR100_CLASSES);
});

describe('wrong forms', () => {
  const failure = (files: () => Promise<ArchiveFile[]>) =>
    files()
      .then(readFiles)
      .then(
        () => null,
        (e: unknown) => e as Error,
      );
  const expectSentence = (error: Error | null, message: RegExp) => {
    expect(error?.message).toMatch(message);
    expect(error).toBeInstanceOf(DataError);
    expect(error?.message).not.toContain('\n');
    expect(error!.message.length).toBeLessThan(400);
  };
  it.each(forms.wrong)('given %s, when read, then one sentence says so', async (_, files, message) => {
    expectSentence(await failure(async () => inMemory(await files())), message);
  });

  it('given a folder that is not there, when read, then one sentence says so', async () => {
    const error = await failure(() => filesFromPaths([join(folder, 'absent')]));
    expectSentence(error, /absent cannot be read \(ENOENT\); exp/);
  });

  it('given parquet files and no decoder of PNG, when read, then one sentence says so', async () => {
    const files = inMemory(await forms.parquets('ten', '*.parquet'));
    await expect(readCifarFiles(files)).rejects.toThrow(
      /^test\.parquet is a parquet file of PNG images, which this browser cannot decode; expected/,
    );
  });
});
