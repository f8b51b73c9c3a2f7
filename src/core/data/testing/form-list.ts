/**
 * Every form in which people have CIFAR, and wrong ones: six images, four of them for training, as make_forms.py and
 * write-parquet-forms.ts make them. Without Node, so that the page's reader is tested with the same.
 */
import { createTar, parseTar } from 'nanotar';
import { IMAGE_BYTES, type ImageSet } from '../dataset.ts';

/** A file; the name has the folders that it is in. */
export interface FormFile {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
export type Form = readonly [what: string, files: () => Promise<FormFile[]>];
export type WrongForm = readonly [what: string, files: () => Promise<FormFile[]>, sentence: RegExp];

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
export const TEN = { train: setOf(LABELS, 0, 4), test: setOf(LABELS, 4, 6) };
export const HUNDRED = { train: setOf(FINE_LABELS, 0, 4), test: setOf(FINE_LABELS, 4, 6) };

const through = async (bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream) =>
  new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
export const gzip = (bytes: Uint8Array<ArrayBuffer>) => through(bytes, new CompressionStream('gzip'));
const gunzip = (bytes: Uint8Array<ArrayBuffer>) => through(bytes, new DecompressionStream('gzip'));
/** Its characters as bytes. */
const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
export const tarOf = (files: readonly { name: string; data: Uint8Array }[]) =>
  Uint8Array.from(createTar([...files], { attrs: { mtime: 0 } }));

/** Exchanges a training file and the test file. */
const swapped = (name: string) =>
  name.startsWith('test')
    ? name.replace('test_batch', 'data_batch_1')
    : name.replace('data_batch_1', 'test_batch');
const cut = ({ name, bytes }: FormFile): FormFile => ({ name, bytes: bytes.slice(0, bytes.length >> 1) });

/** `bytesOf`: the content of a file in testing/forms. */
export class Forms {
  constructor(private readonly bytesOf: (name: string) => Promise<Uint8Array<ArrayBuffer>>) {}

  readonly packed = async (name: string, as = name): Promise<FormFile[]> => [
    { name: as, bytes: await this.bytesOf(name) },
  ];

  /** The files in a .tar.gz, unpacked, in their folder. */
  readonly inside = async (form: string): Promise<FormFile[]> =>
    parseTar(await gunzip(await this.bytesOf(form)))
      .filter(({ type }) => type === 'file')
      .map(({ name, data }) => ({ name, bytes: Uint8Array.from(data!) }));

  /** The same without their folder. */
  readonly loose = async (form: string, change = (name: string) => name): Promise<FormFile[]> =>
    (await this.inside(form)).map(({ name, bytes }) => ({ name: change(name.split('/')[1]), bytes }));

  /** Hugging Face's files; `names`: with * for train or test. */
  readonly parquets = async (set: 'ten' | 'hundred' | 'titled', names: string): Promise<FormFile[]> =>
    (
      await Promise.all(
        ['test', 'train'].map((which) => this.packed(`${set}-${which}.parquet`, names.replace('*', which))),
      )
    ).flat();

  readonly ten: readonly Form[] = [
    ['the binary archive', () => this.packed('cifar-10-binary.tar.gz')],
    [
      'the binary archive, not gzipped',
      async () => [{ name: 'c.tar', bytes: await gunzip(await this.bytesOf('cifar-10-binary.tar.gz')) }],
    ],
    ['its .bin files', () => this.loose('cifar-10-binary.tar.gz')],
    [
      'its .bin.gz files',
      async () =>
        Promise.all(
          (await this.loose('cifar-10-binary.tar.gz')).map(async ({ name, bytes }) => ({
            name: `${name}.gz`,
            bytes: await gzip(bytes),
          })),
        ),
    ],
    ['a folder of .bin files', () => this.inside('cifar-10-binary.tar.gz')],
    ['a zip of .bin files', () => this.packed('cifar-10-binary.zip')],
    ['a binary archive with long names as GNU tar writes them', () => this.packed('gnu-long-names.tar.gz')],
    ['a binary archive with long names as POSIX (PAX) has them', () => this.packed('pax-long-names.tar.gz')],
    ['a gzip of three members and padding', () => this.packed('multi-member.tar.gz')],
    ['the python archive, as Python 2 wrote it', () => this.packed('cifar-10-python.tar.gz')],
    ['the python archive, pickled by Python 3', () => this.packed('cifar-10-python3-protocol2.tar.gz')],
    ['the python archive, pickled in protocol 5', () => this.packed('cifar-10-python3-protocol5.tar.gz')],
    ['its extracted batches', () => this.loose('cifar-10-python.tar.gz')],
    ['a folder of extracted batches', () => this.inside('cifar-10-python.tar.gz')],
    [
      'the folder that torchvision leaves, with the archive and its batches',
      async () =>
        [
          ...(await this.packed('cifar-10-python.tar.gz')),
          ...(await this.inside('cifar-10-python.tar.gz')),
        ].map(({ name, bytes }) => ({ name: `data/${name}`, bytes })),
    ],
    ["Hugging Face's parquet files", () => this.parquets('ten', '*-00000-of-00001.parquet')],
    ['the parquet files that Hugging Face converts', () => this.parquets('ten', 'plain_text/*/0000.parquet')],
    [
      'an archive in which another archive is',
      async () => {
        const tar = await gunzip(await this.bytesOf('cifar-10-python.tar.gz'));
        return [{ name: 'a.tar.gz', bytes: await gzip(tarOf([{ name: 'x/inner.tar', data: tar }])) }];
      },
    ],
  ];

  readonly hundred: readonly Form[] = [
    ['the binary archive', () => this.packed('cifar-100-binary.tar.gz')],
    ['train.bin and test.bin', () => this.loose('cifar-100-binary.tar.gz')],
    [
      'files of the same sizes under other names',
      () => this.loose('cifar-100-binary.tar.gz', (n) => `my-${n}`),
    ],
    ['the python archive', () => this.packed('cifar-100-python.tar.gz')],
    ['its extracted batches', () => this.loose('cifar-100-python.tar.gz')],
    ['parquet files', () => this.parquets('hundred', '*.parquet')],
  ];

  private readonly python = () => this.loose('cifar-10-python.tar.gz');
  private readonly half = async (form: string) => (await this.packed(form)).map(cut);
  private readonly damaged = async (form: string, at: number): Promise<FormFile[]> => {
    const bytes = (await this.bytesOf(form)).slice();
    bytes[at < 0 ? bytes.length + at : at] ^= 0x40;
    return [{ name: form, bytes }];
  };
  private readonly deep = async (): Promise<FormFile[]> => {
    let bytes = latin1('x');
    for (let i = 0; i < 6; i++) bytes = await gzip(bytes);
    return [{ name: 'deep.gz', bytes }];
  };

  readonly wrong: readonly WrongForm[] = [
    [
      'half an archive',
      () => this.half('cifar-10-python.tar.gz'),
      /^cifar-10-python\.tar\.gz is damaged or cut off \(.*\): d/,
    ],
    ['half a zip', () => this.half('cifar-10-binary.zip'), /^cifar-10-binary\.zip is damaged or cut off/],
    ['a damaged zip', () => this.damaged('cifar-10-binary.zip', 200), /^cifar-10-binary\.zip is damaged/],
    // The last member's checksum, before 512 bytes of padding.
    [
      'a wrong checksum in gzip',
      () => this.damaged('multi-member.tar.gz', -518),
      /^multi-member\.tar\.gz is damaged/,
    ],
    [
      'text after gzip',
      async () => {
        const bytes = await this.bytesOf('cifar-10-binary.tar.gz');
        return [{ name: 'a.tar.gz', bytes: Uint8Array.from([...bytes, ...latin1('text')]) }];
      },
      /^a\.tar\.gz is damaged/,
    ],
    [
      'gzip of text',
      async () => [{ name: 'a.bin.gz', bytes: await gzip(latin1('text')) }],
      /^a\.bin has 4 bytes, .* 3,073/,
    ],
    ['archives within archives', this.deep, /^deep(\.gz)? is an archive within 4 others; expected/],
    ['an empty batch', () => text('test_batch', ''), /^test_batch is empty; expected/],
    [
      'a pickled number',
      () => pickle('K\x01.'),
      /^data_batch_1 is a Python pickle of something else; expected/,
    ],
    [
      'a pickled dictionary',
      () => pickle('}.'),
      /^data_batch_1 is a Python pickle without data and labels; /,
    ],
    [
      'a pickle that would run code',
      () => pickle('cos\nsystem\n(U\x02lstR.'),
      /^data_batch_1 is a Python pickle that cannot be read \(it asks for os\.system, which CIFAR's/,
    ],
    ['half a batch', async () => [cut((await this.python())[1])], /^data_batch_1 is damaged or cut off/],
    [
      'only training batches',
      async () => (await this.python()).slice(0, 3),
      /holds no test images; expected test_batch as well/,
    ],
    [
      'only class names',
      async () => (await this.python()).slice(0, 1),
      /^batches\.meta holds no images of CIFAR; expected/,
    ],
    [
      'batches and .bin files of other images',
      async () => [...(await this.python()), ...(await this.loose('cifar-10-binary.tar.gz', swapped))],
      /is of the Python files and .* of the binary files; expected files of one form/,
    ],
    [
      'CIFAR-10 and CIFAR-100',
      async () => [
        ...(await this.packed('cifar-10-python.tar.gz')),
        ...(await this.packed('cifar-100-python.tar.gz')),
      ],
      /is CIFAR-100 and .* is CIFAR-10; expected files of one set/,
    ],
    [
      'the same name with other images',
      async () => [...(await this.python()), ...(await this.loose('cifar-10-python.tar.gz', swapped))],
      /was given twice, with different images/,
    ],
    [
      'parquet of something else',
      () => this.parquets('titled', '*.parquet'),
      /^test\.parquet cannot be read as a parquet file of CIFAR: column label is missing; expected img/,
    ],
    [
      'half a parquet file',
      async () => [cut((await this.packed('ten-train.parquet', 'train.parquet'))[0])],
      /^train\.parquet cannot be read as a parquet file of CIFAR: /,
    ],
    [
      'a folder of something else',
      () => text('a/b.txt', 'x'),
      /^a holds no images of CIFAR \(it holds b\.txt\)/,
    ],
    ['a picture', () => text('a.png', 'x'), /^a\.png is no file of CIFAR; expected/],
    ['text', () => text('a.txt', 'x'), /^a\.txt holds no images of CIFAR; expected/],
  ];
}

const text = async (name: string, content: string): Promise<FormFile[]> => [{ name, bytes: latin1(content) }];
const pickle = (content: string) => text('data_batch_1', `\x80\x02${content}`);
