/** Every form in which people have CIFAR gives the same images; each wrong form gives a sentence. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createTar, parseTar } from 'nanotar';
import { afterAll, describe, expect, it, test } from 'vitest';
import { fileFromBytes, readCifarFiles, type ArchiveFile } from './archive.ts';
import { CIFAR100_CLASSES, CIFAR10_CLASSES } from './class-names.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, type ImageSet } from './dataset.ts';
import { filesFromPaths } from './node-environment.ts';
import { decodePngsInNode } from './node-png.ts';
import { parquetOf } from './testing/samples.ts';

// As testing/make_forms.py makes them: six images, four of them for training.
const LABELS = [3, 0, 9, 5, 7, 2];
const FINE_LABELS = [99, 0, 42, 5, 7, 63];
const images = (from: number, to: number) =>
  Uint8Array.from({ length: (to - from) * IMAGE_BYTES }, (_, k) => {
    const i = from + Math.floor(k / IMAGE_BYTES);
    const [x, y, c] = [Math.floor(k / 3) % 32, Math.floor(k / 96) % 32, k % 3];
    return [8 * x + i, 8 * y, 16 * i + x + y][c];
  });
const setOf = (labels: readonly number[], from: number, to: number): ImageSet => ({
  images: images(from, to),
  labels: Uint8Array.from(labels.slice(from, to)),
});
const TEN = { train: setOf(LABELS, 0, 4), test: setOf(LABELS, 4, 6) };
const HUNDRED = { train: setOf(FINE_LABELS, 0, 4), test: setOf(FINE_LABELS, 4, 6) };

const FORMS = new URL('testing/forms/', import.meta.url);
const bytesOf = (form: string): Uint8Array => new Uint8Array(readFileSync(new URL(form, FORMS)));
const packed = (form: string) => [fileFromBytes(form, bytesOf(form))];
const contentOf = async (file: ArchiveFile) =>
  new Uint8Array(await new Response(file.stream()).arrayBuffer());
/** The files in a .tar.gz, unpacked. */
const inside = (form: string): ArchiveFile[] =>
  parseTar(gunzipSync(bytesOf(form)))
    .filter(({ type }) => type === 'file')
    .map(({ name, data }) => fileFromBytes(name, data!));
const loose = (form: string, change = (name: string) => name) =>
  Promise.all(
    inside(form).map(async (file) => fileFromBytes(change(file.name.split('/')[1]), await contentOf(file))),
  );
const gzipped = (files: readonly ArchiveFile[]) =>
  Promise.all(files.map(async (file) => fileFromBytes(`${file.name}.gz`, gzipSync(await contentOf(file)))));
const tarOf = (files: readonly { name: string; data: Uint8Array }[]) =>
  createTar([...files], { attrs: { mtime: 0 } });

const folder = mkdtempSync(join(tmpdir(), 'forms-'));
afterAll(() => rmSync(folder, { recursive: true }));
async function onDisk(name: string, files: readonly ArchiveFile[]): Promise<string> {
  for (const file of files) {
    const path = join(folder, name, file.name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await contentOf(file));
  }
  return join(folder, name);
}

const parquet = (which: 'train' | 'test', set: ImageSet, name: string, labelColumn?: string) =>
  fileFromBytes(name.replace('*', which), parquetOf(set, 3, undefined, labelColumn));
const parquets = (name: string, { train, test }: typeof TEN, labelColumn?: string) => [
  parquet('test', test, name, labelColumn),
  parquet('train', train, name, labelColumn),
];

const read = (files: readonly ArchiveFile[]) => readCifarFiles(files, { decodePngs: decodePngsInNode });

type Form = readonly [string, () => ArchiveFile[] | Promise<ArchiveFile[]>];
const FORMS_OF_TEN: readonly Form[] = [
  ['the binary archive', () => packed('cifar-10-binary.tar.gz')],
  [
    'the binary archive, not gzipped',
    () => [fileFromBytes('c.tar', gunzipSync(bytesOf('cifar-10-binary.tar.gz')))],
  ],
  ['its .bin files', () => loose('cifar-10-binary.tar.gz')],
  ['its .bin.gz files', async () => gzipped(await loose('cifar-10-binary.tar.gz'))],
  ['a folder of .bin files', () => inside('cifar-10-binary.tar.gz')],
  ['a zip of .bin files', () => packed('cifar-10-binary.zip')],
  ['a binary archive with long names as GNU tar writes them', () => packed('gnu-long-names.tar.gz')],
  ['a binary archive with long names as POSIX (PAX) has them', () => packed('pax-long-names.tar.gz')],
  ['a gzip of three members and padding', () => packed('multi-member.tar.gz')],
  ['the python archive, as Python 2 wrote it', () => packed('cifar-10-python.tar.gz')],
  ['the python archive, pickled by Python 3', () => packed('cifar-10-python3-protocol2.tar.gz')],
  ['the python archive, pickled in protocol 5', () => packed('cifar-10-python3-protocol5.tar.gz')],
  ['its extracted batches', () => loose('cifar-10-python.tar.gz')],
  ['a folder of extracted batches', () => inside('cifar-10-python.tar.gz')],
  [
    'the folder that torchvision leaves, with the archive and its batches',
    () => [
      fileFromBytes('data/cifar-10-python.tar.gz', bytesOf('cifar-10-python.tar.gz')),
      ...inside('cifar-10-python.tar.gz').map(
        // Within the folder of torchvision's `root`.
        (file) => Object.defineProperty(file, 'name', { value: `data/${file.name}` }),
      ),
    ],
  ],
  ["Hugging Face's parquet files", () => parquets('*-00000-of-00001.parquet', TEN)],
  ['the parquet files that Hugging Face converts', () => parquets('plain_text/*/0000.parquet', TEN)],
  [
    'a zip in which another archive is, on disk',
    async () => {
      const tar = gunzipSync(bytesOf('cifar-10-python.tar.gz'));
      return filesFromPaths([
        await onDisk('nested', [
          fileFromBytes('a.tar.gz', gzipSync(tarOf([{ name: 'x/inner.tar', data: tar }]))),
        ]),
      ]);
    },
  ],
  ['the path of a folder', async () => filesFromPaths([await onDisk('a', inside('cifar-10-python.tar.gz'))])],
  [
    'the paths of several files',
    async () => {
      const path = await onDisk('b', await loose('cifar-10-binary.tar.gz'));
      return filesFromPaths(readdirSync(path).map((name) => join(path, name)));
    },
  ],
];
const FORMS_OF_HUNDRED: readonly Form[] = [
  ['the binary archive', () => packed('cifar-100-binary.tar.gz')],
  ['train.bin and test.bin', () => loose('cifar-100-binary.tar.gz')],
  ['files of the same sizes under other names', () => loose('cifar-100-binary.tar.gz', (n) => `my-${n}`)],
  ['the python archive', () => packed('cifar-100-python.tar.gz')],
  ['its extracted batches', () => loose('cifar-100-python.tar.gz')],
  ['parquet files', () => parquets('*.parquet', HUNDRED, 'fine_label')],
];

test.each(FORMS_OF_TEN)('given CIFAR-10 as %s, when read, then its images are the same', async (_, files) => {
  const data = await read(await files());
  expect(data.train).toEqual(TEN.train);
  expect(data.test).toEqual(TEN.test);
  expect(data.classNames).toEqual(CIFAR10_CLASSES);
  expect(data.provenance).toMatch(
    /^CIFAR-10 (binary|Python|parquet) files \(.*\): 4 training and 2 test images$/,
  );
});

test.each(FORMS_OF_HUNDRED)(
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
      const data = await read([fileFromBytes(train, bytes), fileFromBytes(test, bytes)]);
      expect(data.provenance).toMatch(new RegExp(`^${title} `));
      expect(data.train.labels).toHaveLength(n);
    }
  }, 60_000);
});

it('given a class name of a meta file in Python, when read, then it is used', async () => {
  const data = await read(packed('cifar-100-python.tar.gz'));
  expect(data.classNames[7]).toBe('fine 7');
  const bare = (await loose('cifar-100-python.tar.gz')).filter(({ name }) => name !== 'meta');
  expect((await read(bare)).classNames).toEqual(CIFAR100_CLASSES);
});

describe('wrong forms', () => {
  const pickle = (text: string) => fileFromBytes('data_batch_1', Buffer.from(`\x80\x02${text}`, 'latin1'));
  const python = () => loose('cifar-10-python.tar.gz');
  const cut = async (form: string) => {
    const bytes = bytesOf(form);
    return [fileFromBytes(form, bytes.subarray(0, bytes.length >> 1))];
  };
  const damaged = (form: string, at: number) => {
    const bytes = bytesOf(form);
    bytes[at < 0 ? bytes.length + at : at] ^= 0x40;
    return [fileFromBytes(form, bytes)];
  };
  const deep = () => {
    let bytes = Buffer.from('x');
    for (let i = 0; i < 6; i++) bytes = gzipSync(bytes);
    return [fileFromBytes('deep.gz', bytes)];
  };
  const cases: readonly [string, () => ArchiveFile[] | Promise<ArchiveFile[]>, RegExp][] = [
    [
      'half an archive',
      () => cut('cifar-10-python.tar.gz'),
      /^cifar-10-python\.tar\.gz is damaged or cut off \(.*\): d/,
    ],
    ['half a zip', () => cut('cifar-10-binary.zip'), /^cifar-10-binary\.zip is damaged or cut off/],
    ['a damaged zip', () => damaged('cifar-10-binary.zip', 200), /^cifar-10-binary\.zip is damaged/],
    // The last member's checksum, before 512 bytes of padding.
    [
      'a wrong checksum in gzip',
      () => damaged('multi-member.tar.gz', -518),
      /^multi-member\.tar\.gz is damaged/,
    ],
    [
      'text after gzip',
      () => [
        fileFromBytes('a.tar.gz', Buffer.concat([bytesOf('cifar-10-binary.tar.gz'), Buffer.from('text')])),
      ],
      /^a\.tar\.gz is damaged/,
    ],
    ['gzip of text', () => [fileFromBytes('a.bin.gz', gzipSync('text'))], /^a\.bin has 4 bytes, .* 3,073/],
    ['archives within archives', deep, /^deep(\.gz)? is an archive within 4 others; expected/],
    [
      'an empty batch',
      () => [fileFromBytes('test_batch', new Uint8Array())],
      /^test_batch is empty; expected/,
    ],
    [
      'a pickled number',
      () => [pickle('K\x01.')],
      /^data_batch_1 is a Python pickle of something else; expected/,
    ],
    [
      'a pickled dictionary',
      () => [pickle('}.')],
      /^data_batch_1 is a Python pickle without data and labels; /,
    ],
    [
      'a pickle that would run code',
      () => [pickle('cos\nsystem\n(U\x02lstR.')],
      /^data_batch_1 is a Python pickle that cannot be read \(it asks for os\.system, which CIFAR's/,
    ],
    ['half a batch', async () => cutFile((await python())[1]), /^data_batch_1 is damaged or cut off/],
    [
      'only training batches',
      async () => (await python()).slice(0, 3),
      /holds no test images; expected test_batch as well/,
    ],
    [
      'only class names',
      async () => (await python()).slice(0, 1),
      /^batches\.meta holds no images of CIFAR; expected/,
    ],
    [
      'batches and .bin files of other images',
      async () => [...(await python()), ...(await loose('cifar-10-binary.tar.gz', swapped))],
      /is of the Python files and .* of the binary files; expected files of one form/,
    ],
    [
      'CIFAR-10 and CIFAR-100',
      () => [...packed('cifar-10-python.tar.gz'), ...packed('cifar-100-python.tar.gz')],
      /is CIFAR-100 and .* is CIFAR-10; expected files of one set/,
    ],
    [
      'the same name with other images',
      async () => [...(await python()), ...(await loose('cifar-10-python.tar.gz', swapped))],
      /was given twice, with different images/,
    ],
    [
      'parquet of something else',
      () => parquets('*.parquet', TEN, 'title'),
      /^test\.parquet cannot be read as a parquet file of CIFAR: column label is missing; expected img/,
    ],
    [
      'half a parquet file',
      () => [cutBytes('train.parquet', parquetOf(TEN.train, 3))],
      /^train\.parquet cannot be read as a parquet file of CIFAR: /,
    ],
    [
      'a folder of something else',
      () => [fileFromBytes('a/b.txt', Buffer.from('x'))],
      /^a holds no images of CIFAR \(it holds b\.txt\)/,
    ],
    ['a picture', () => [fileFromBytes('a.png', Buffer.from('x'))], /^a\.png is no file of CIFAR; expected/],
    ['text', () => [fileFromBytes('a.txt', Buffer.from('x'))], /^a\.txt holds no images of CIFAR; expected/],
    [
      'a folder that is not there',
      () => filesFromPaths([join(folder, 'absent')]),
      /absent cannot be read \(ENOENT\); exp/,
    ],
  ];
  it.each(cases)('given %s, when read, then one sentence says so', async (_, files, message) => {
    const error = await Promise.resolve()
      .then(files)
      .then(read)
      .then(
        () => null,
        (e: unknown) => e as Error,
      );
    expect(error?.message).toMatch(message);
    expect(error).toBeInstanceOf(DataError);
    expect(error?.message).not.toContain('\n');
    expect(error!.message.length).toBeLessThan(400);
  });

  it('given parquet files and no decoder of PNG, when read, then one sentence says so', async () => {
    await expect(readCifarFiles(parquets('*.parquet', TEN))).rejects.toThrow(
      /^test\.parquet is a parquet file of PNG images, which this browser cannot decode; expected/,
    );
  });
});

/** Exchanges a training file and the test file. */
const swapped = (name: string) =>
  name.startsWith('test')
    ? name.replace('test_batch', 'data_batch_1')
    : name.replace('data_batch_1', 'test_batch');

function cutBytes(name: string, bytes: Uint8Array): ArchiveFile {
  return fileFromBytes(name, bytes.subarray(0, bytes.length >> 1));
}

async function cutFile(file: ArchiveFile): Promise<ArchiveFile[]> {
  return [cutBytes(file.name, await contentOf(file))];
}
