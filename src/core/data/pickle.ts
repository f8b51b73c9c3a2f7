/**
 * Reads the files of CIFAR's "python version", which torchvision leaves unpacked: a batch (`data_batch_1`, `test`) or
 * the class names (`batches.meta`, `meta`), pickled by Python 2 or 3.
 */
import { BufferReader, Parser } from 'pickleparser';
import { count } from './byte-reader.ts';
import { CIFAR10, CIFAR100, PIXELS, type CifarLayout } from './cifar-binary.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, IMAGE_CHANNELS, type ImageSet } from './dataset.ts';

export type CifarPickle =
  | ({ readonly kind: 'images'; readonly layout: CifarLayout } & ImageSet)
  | { readonly kind: 'names'; readonly names: readonly string[] };

const EXPECTED = "expected a batch of CIFAR's python version: a dictionary of data [n, 3072] and labels";

/** Whether a pickle of protocol 2 to 5 begins with these bytes; Python writes no other with binary data. */
export function isPickle(head: Uint8Array): boolean {
  return head[0] === 0x80 && head[1] >= 2 && head[1] <= 5;
}

/** Python 2's byte strings are read as Latin-1, one character a byte. */
class Latin1Reader extends BufferReader {
  override string(size: number, encoding: 'ascii' | 'utf-8'): string {
    if (encoding === 'utf-8') return super.string(size, encoding);
    return latin1(this.bytes(size) as Uint8Array);
  }
}

function latin1(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 8192)
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 8192)));
  return pieces.join('');
}

/** A NumPy array as its pickle builds it. */
class PickledArray {
  shape: readonly number[] = [];
  dtype: unknown = null;
  /** Whether the first index changes fastest. */
  fortran = false;
  bytes: Uint8Array = new Uint8Array(0);

  __setstate__(state: unknown): void {
    if (!Array.isArray(state) || state.length !== 5) throw new DataError('an array is damaged');
    const [, shape, dtype, fortran, data] = state as readonly unknown[];
    this.shape = Array.isArray(shape) ? (shape as number[]) : [];
    this.dtype = dtype;
    this.fortran = fortran === true;
    this.bytes = bytesOf(data);
  }
}

class PickledType {
  constructor(readonly name: unknown) {}
  __setstate__(): void {
    // Byte order and alignment, which single bytes do not have.
  }
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value !== 'string') throw new DataError('an array has no bytes');
  const bytes = new Uint8Array(value.length);
  for (let i = 0; i < value.length; i++) bytes[i] = value.charCodeAt(i);
  return bytes;
}

function arrayFromBuffer(data: unknown, dtype: unknown, shape: unknown, order: unknown): PickledArray {
  const array = new PickledArray();
  array.__setstate__([1, shape, dtype, order === 'F', data]);
  return array;
}

/** The only names that are resolved; all others are refused, and none runs code of the file. */
const KNOWN: Readonly<Record<string, unknown>> = {
  'multiarray._reconstruct': () => new PickledArray(),
  'numeric._frombuffer': arrayFromBuffer,
  'numpy.ndarray': PickledArray,
  'numpy.dtype': (name: unknown) => new PickledType(name),
  // How Python 3 writes bytes in protocol 2.
  '_codecs.encode': (text: unknown) => bytesOf(text),
};

const NAMES = {
  resolve(module: string, name: string) {
    const known = KNOWN[`${module.replace(/^numpy\._?core\./, '')}.${name}`];
    if (known === undefined)
      throw new DataError(`it asks for ${module}.${name}, which CIFAR's files do not contain`.slice(0, 120));
    return known as () => unknown;
  },
};

/** Throws `DataError` that names the file if the pickle is something else, `Error` if it is damaged. */
export function readPickle(name: string, bytes: Uint8Array): CifarPickle {
  const parser = new Parser({ nameResolver: NAMES, unpicklingTypeOfDictionary: 'Map' });
  let value: unknown;
  try {
    value = parser.read(new Latin1Reader(bytes));
  } catch (error) {
    if (error instanceof DataError)
      throw new DataError(`${name} is a Python pickle that cannot be read (${error.message}); ${EXPECTED}.`);
    throw error;
  }
  if (!(value instanceof Map))
    throw new DataError(`${name} is a Python pickle of something else; ${EXPECTED}.`);
  const entries = new Map([...(value as Map<unknown, unknown>)].map(([key, item]) => [text(key), item]));
  const names = entries.get('fine_label_names') ?? entries.get('label_names');
  if (Array.isArray(names)) return { kind: 'names', names: names.map(text) };
  const fine = entries.get('fine_labels');
  const layout = fine === undefined ? CIFAR10 : CIFAR100;
  const labels = fine ?? entries.get('labels');
  const data = entries.get('data');
  if (!(data instanceof PickledArray) || !Array.isArray(labels))
    throw new DataError(`${name} is a Python pickle without data and labels; ${EXPECTED}.`);
  return { kind: 'images', layout, ...imagesOf(name, data, labels, layout) };
}

const text = (value: unknown): string =>
  value instanceof Uint8Array ? latin1(value.subarray(0, 1000)) : String(value);

/** From [n, 3072], channel by channel, to [n, 32, 32, 3]. */
function imagesOf(
  name: string,
  data: PickledArray,
  labels: readonly unknown[],
  { classNames, title }: CifarLayout,
): ImageSet {
  const n = labels.length;
  const kind = data.dtype instanceof PickledType ? text(data.dtype.name) : 'unknown';
  const shape = data.shape.join(', ');
  if (kind !== 'u1' || shape !== `${n}, ${IMAGE_BYTES}` || data.bytes.length !== n * IMAGE_BYTES) {
    throw new DataError(
      `${name} has ${count(data.bytes.length)} bytes of data [${shape}] of type ${kind} and ${count(n)} labels; ` +
        `expected data [n, 3072] of type u1 and as many labels.`,
    );
  }
  const wrong = labels.findIndex(
    (l) => !Number.isInteger(l) || Number(l) < 0 || Number(l) >= classNames.length,
  );
  if (wrong >= 0) {
    throw new DataError(
      `${name}: image ${count(wrong + 1)} has label ${String(labels[wrong]).slice(0, 20)}; ` +
        `expected 0 to ${classNames.length - 1} (${title}).`,
    );
  }
  const [ofImage, ofByte] = data.fortran ? [1, n] : [IMAGE_BYTES, 1];
  const images = new Uint8Array(n * IMAGE_BYTES);
  let out = 0;
  for (let i = 0; i < n; i++)
    for (let p = 0; p < PIXELS; p++)
      for (let c = 0; c < IMAGE_CHANNELS; c++)
        images[out++] = data.bytes[i * ofImage + (c * PIXELS + p) * ofByte];
  return { images, labels: Uint8Array.from(labels as number[]) };
}
