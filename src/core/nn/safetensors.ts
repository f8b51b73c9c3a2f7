/**
 * The safetensors file format (https://github.com/huggingface/safetensors): 8 bytes little-endian header length, JSON
 * header, then the data. nn/weights.ts converts its tensors to and from a network's.
 */
import { fromBfloat16, fromFloat16, toFloat16 } from './half-floats.ts';

/** Bytes per value of the types that the format knows. */
const BYTES = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  I32: 4,
  I16: 2,
  I8: 1,
  U64: 8,
  U32: 4,
  U16: 2,
  U8: 1,
  BOOL: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
} as const;
export type Dtype = keyof typeof BYTES;

const MAX_HEADER_BYTES = 16 * 1024 * 1024;
const LENGTH_BYTES = 8;

/** A tensor as the header describes it. `begin` and `end` count bytes from the start of the file. */
export interface TensorEntry {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly metadata: Readonly<Record<string, string>>;
  /** By name, in the order of the header. */
  readonly entries: ReadonlyMap<string, TensorEntry>;
}

export interface HostTensor {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /**
   * Row-major. F16, BF16 and F32 become float32. I64 becomes float64, exact below 2^53: it holds labels and counters.
   */
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** A file of which parts can be read: a `Blob` in the browser, a file descriptor in Node. */
export interface ByteFile {
  readonly name: string;
  readonly size: number;
  /** The bytes from `begin` up to `end`, in memory of their own. */
  read(begin: number, end: number): Promise<Uint8Array>;
}

export const blobFile = (file: File): ByteFile => ({
  name: file.name,
  size: file.size,
  read: async (begin, end) => new Uint8Array(await file.slice(begin, end).arrayBuffer()),
});

const fail = (why: string): never => {
  throw new Error(`This is not a valid safetensors file: ${why}.`);
};

/** A name for an error message: on one line and not endless, since the file may come from anywhere. */
export const shownName = (name: string): string =>
  JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name).replaceAll('"', "'");

const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;

/** `dataStart`: where the data begins; `size`: bytes of the whole file. */
function readEntry(name: string, entry: unknown, dataStart: number, size: number): TensorEntry {
  if (typeof entry !== 'object' || entry === null)
    return fail(`tensor ${shownName(name)} is not described by an object`);
  const { dtype, shape, data_offsets: offsets } = entry as Record<string, unknown>;
  if (!(typeof dtype === 'string' && Object.hasOwn(BYTES, dtype)))
    return fail(
      `tensor ${shownName(name)} has type ${shownName(String(dtype))}, expected one such as F32, F16 or BF16`,
    );
  if (!Array.isArray(shape) || shape.length > 16 || !shape.every(isCount))
    return fail(`tensor ${shownName(name)} has no valid shape`);
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    return fail(`tensor ${shownName(name)} has no valid data_offsets`);
  const [begin, end] = offsets as [number, number];
  const bytes = shape.reduce((a: number, b: number) => a * b, 1) * BYTES[dtype as Dtype];
  if (end - begin !== bytes || dataStart + end > size)
    return fail(
      `tensor ${shownName(name)} [${shape}] should take ${bytes} bytes at ${begin} to ${end} of ${size - dataStart}`,
    );
  return { dtype: dtype as Dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

/** Tensors that share bytes are no file of ours or PyTorch's, and could make a small file expand without bound. */
function checkNoOverlap(entries: ReadonlyMap<string, TensorEntry>): void {
  const filled = [...entries].filter(([, e]) => e.end > e.begin).sort(([, a], [, b]) => a.begin - b.begin);
  for (let i = 1; i < filled.length; i++)
    if (filled[i][1].begin < filled[i - 1][1].end)
      fail(`tensors ${shownName(filled[i - 1][0])} and ${shownName(filled[i][0])} overlap`);
}

/** The header's length in bytes, from the first 8 bytes of a file of `size` bytes. */
function headerLength(first: Uint8Array, size: number): number {
  if (size < LENGTH_BYTES || first.length < LENGTH_BYTES)
    return fail(`it has ${size} bytes, fewer than its 8-byte header length`);
  const length = Number(new DataView(first.buffer, first.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || LENGTH_BYTES + length > size) {
    // A PyTorch checkpoint is a zip archive, or in old files a pickle.
    if ((first[0] === 0x50 && first[1] === 0x4b) || (first[0] === 0x80 && first[1] <= 5))
      return fail('it is a PyTorch checkpoint; convert it with scripts/pt_to_safetensors.py');
    return fail(`its header should take ${length} bytes, and the file has ${size}`);
  }
  return length;
}

function parseHeader(json: Uint8Array, size: number): SafetensorsHeader {
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    return fail('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return fail('its header is not an object');
  const { __metadata__: metadata, ...tensors } = header as Record<string, unknown>;
  const texts = Object.entries(metadata ?? {}).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  const entries = new Map(
    Object.entries(tensors).map(([name, entry]) => [
      name,
      readEntry(name, entry, LENGTH_BYTES + json.length, size),
    ]),
  );
  checkNoOverlap(entries);
  return { metadata: Object.fromEntries(texts), entries };
}

/** Copies `raw`, so that the typed arrays below are aligned; `slice` of a Node Buffer would not copy. */
function decode({ dtype, shape }: TensorEntry, raw: Uint8Array, name: string): HostTensor {
  const { buffer } = Uint8Array.prototype.slice.call(raw) as Uint8Array<ArrayBuffer>;
  const dataOf = (): HostTensor['data'] => {
    switch (dtype) {
      case 'F32':
        return new Float32Array(buffer);
      case 'F16':
        return fromFloat16(new Uint16Array(buffer));
      case 'BF16':
        return fromBfloat16(new Uint16Array(buffer));
      case 'F64':
        return new Float64Array(buffer);
      case 'I64':
        return Float64Array.from(new BigInt64Array(buffer), Number);
      case 'I32':
        return new Int32Array(buffer);
      case 'U8':
      case 'BOOL':
        return new Uint8Array(buffer);
      default:
        return fail(`tensor ${shownName(name)} has type ${dtype}, which is not read here`);
    }
  };
  return { dtype, shape, data: dataOf() };
}

/** The header of a file, of which nothing else is read. Rejects with one sentence if it is invalid. */
export async function readHeader(file: ByteFile): Promise<SafetensorsHeader> {
  const first = await file.read(0, Math.min(LENGTH_BYTES, file.size));
  const length = headerLength(first, file.size);
  return parseHeader(await file.read(LENGTH_BYTES, LENGTH_BYTES + length), file.size);
}

/** The tensors called `names`, in PyTorch layout; nothing else of the file is read. */
export async function readTensors(
  file: ByteFile,
  { entries }: SafetensorsHeader,
  names: Iterable<string>,
): Promise<Map<string, HostTensor>> {
  const tensors = new Map<string, HostTensor>();
  for (const name of names) {
    const entry = entries.get(name);
    if (!entry) throw new Error(`The file has no tensor ${shownName(name)}.`);
    const raw = await file.read(entry.begin, entry.end);
    if (raw.length !== entry.end - entry.begin) fail(`it ended while tensor ${shownName(name)} was read`);
    tensors.set(name, decode(entry, raw, name));
  }
  return tensors;
}

/**
 * All tensors of a file by name, copied, in PyTorch layout. Throws `Error` with one sentence if the file is invalid.
 */
export function readSafetensors(bytes: Uint8Array): Map<string, HostTensor> {
  const length = headerLength(bytes, bytes.length);
  const { entries } = parseHeader(bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + length), bytes.length);
  return new Map(
    [...entries].map(([name, entry]) => [name, decode(entry, bytes.subarray(entry.begin, entry.end), name)]),
  );
}

/** A tensor to write: floats as F32 or, where that is asked for, F16; whole numbers as I64. */
export interface WrittenTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | BigInt64Array;
}

function encode(name: string, { data }: WrittenTensor, floats: 'F32' | 'F16') {
  if (data instanceof BigInt64Array) return { dtype: 'I64', data };
  if (floats === 'F32') return { dtype: 'F32', data };
  const halves = toFloat16(data);
  const large = halves.findIndex((half, i) => (half & 0x7fff) === 0x7c00 && Number.isFinite(data[i]));
  if (large >= 0)
    throw new Error(`Tensor ${shownName(name)} holds ${data[large]}, which float16 cannot represent.`);
  return { dtype: 'F16', data: halves };
}

/**
 * A file of these tensors in PyTorch layout. The format allows only strings as `metadata` values. `floats`: 'F16'
 * halves the file and rounds its values to nearest; throws `Error` if one is too large for that.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, WrittenTensor>,
  metadata: Readonly<Record<string, string>> = {},
  floats: 'F32' | 'F16' = 'F32',
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  const parts: { data: ArrayBufferView; offset: number }[] = [];
  let offset = 0;
  // Readers may map the file into memory: 8-byte values come first, so that all stay aligned.
  const order = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  for (const [name, tensor] of order) {
    const { dtype, data } = encode(name, tensor, floats);
    header[name] = { dtype, shape: tensor.shape, data_offsets: [offset, offset + data.byteLength] };
    parts.push({ data, offset });
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const start = LENGTH_BYTES + padded;
  const out = new Uint8Array(start + offset);
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true);
  out.fill(0x20, LENGTH_BYTES, start);
  out.set(json, LENGTH_BYTES);
  for (const { data, offset: at } of parts)
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), start + at);
  return out;
}
