import { expect, test } from 'vitest';
import { droppedFiles, withFolders, type Entry } from './dropped-files.ts';

const fileEntry = (name: string, content = name) => ({
  isDirectory: false,
  name,
  file: (done: (file: File) => void) => done(new File([content], name)),
});
/** Browsers give the entries of a folder in portions. */
const folderEntry = (name: string, entries: readonly Entry[]) => ({
  isDirectory: true,
  name,
  createReader: () => {
    const left = [...entries];
    return { readEntries: (done: (entries: readonly Entry[]) => void) => done(left.splice(0, 2)) };
  },
});
const item = (entry: Entry | null, file: File | null = null) => ({
  kind: 'file',
  webkitGetAsEntry: () => entry,
  getAsFile: () => file,
});

test('given a folder and a file, when dropped, then the files of inner folders come too, with their folders', async () => {
  const folder = folderEntry('data', [
    fileEntry('cifar-10-python.tar.gz'),
    folderEntry('cifar-10-batches-py', [
      fileEntry('data_batch_1'),
      fileEntry('test_batch'),
      fileEntry('batches.meta'),
    ]),
  ]);
  const { files, hasFolder } = await droppedFiles({
    items: [item(folder), item(null, new File(['x'], 'a.bin')), { ...item(null), kind: 'string' }],
  });
  expect(hasFolder).toBe(true);
  expect(files.map((f) => f.name)).toEqual([
    'data/cifar-10-python.tar.gz',
    'data/cifar-10-batches-py/data_batch_1',
    'data/cifar-10-batches-py/test_batch',
    'data/cifar-10-batches-py/batches.meta',
    'a.bin',
  ]);
  expect(await files[1].text()).toBe('data_batch_1');
});

test('given a folder of 3,000 files, when dropped, then reading it ends', async () => {
  const many = Array.from({ length: 3000 }, (_, i) => fileEntry(`${i}`));
  const { files } = await droppedFiles({ items: [item(folderEntry('many', many))] });
  expect(files).toHaveLength(1001);
});

test('given a folder that cannot be read, when dropped, then the promise is rejected', async () => {
  const folder = {
    ...folderEntry('secret', []),
    createReader: () => ({
      readEntries: (_: unknown, failed: (e: unknown) => void) => failed(new Error('no')),
    }),
  };
  await expect(droppedFiles({ items: [item(folder)] })).rejects.toThrow('no');
});

test('given the files of a folder dialog, then they have their folders in their names', async () => {
  const file = new File(['x'], 'test_batch');
  Object.defineProperty(file, 'webkitRelativePath', { value: 'cifar/test_batch' });
  expect(withFolders([file, new File([], 'a.bin')]).map((f) => f.name)).toEqual([
    'cifar/test_batch',
    'a.bin',
  ]);
});
