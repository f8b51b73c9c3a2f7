/**
 * Weight files in the safetensors format with PyTorch names and layouts (https://github.com/huggingface/safetensors):
 * 8 bytes little-endian header length, JSON header, then the data. Conv OIHW <-> HWIO, linear [out,in] <-> [in,out].
 */
import * as tf from '@tensorflow/tfjs-core';
import { partOf } from './parameters.ts';
import type { ParameterStore } from './types.ts';

export interface HostTensor {
  readonly dtype: 'F32' | 'I64' | 'U8';
  readonly shape: readonly number[];
  /** Row-major. I64 becomes float64, exact below 2^53: it holds labels and counters. */
  readonly data: Float32Array | Float64Array | Uint8Array;
}

const BYTES = { F32: 4, I64: 8, U8: 1 } as const;
const MAX_HEADER_BYTES = 16 * 1024 * 1024;

const fail = (why: string): never => {
  throw new Error(`This is not a valid safetensors file: ${why}.`);
};

function readEntry(name: string, entry: unknown, bytes: Uint8Array, dataStart: number): HostTensor {
  const e = entry as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
  const dtype = e.dtype as keyof typeof BYTES;
  if (!(typeof dtype === 'string' && Object.hasOwn(BYTES, dtype)))
    return fail(`tensor '${name}' has type ${String(e.dtype)}, expected F32, I64 or U8`);
  const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!Array.isArray(e.shape) || !e.shape.every(isCount)) return fail(`tensor '${name}' has no valid shape`);
  const offsets = e.data_offsets;
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    return fail(`tensor '${name}' has no valid data_offsets`);
  const [begin, end] = offsets as [number, number];
  const size = e.shape.reduce((a: number, b: number) => a * b, 1);
  if (end - begin !== size * BYTES[dtype] || dataStart + end > bytes.length)
    return fail(
      `tensor '${name}' [${e.shape}] should take ${size * BYTES[dtype]} bytes at ${begin} to ${end} of ${bytes.length - dataStart}`,
    );
  // Copies, aligned for the typed arrays below; `slice` of a Node Buffer would not copy.
  const raw = Uint8Array.prototype.slice.call(bytes, dataStart + begin, dataStart + end);
  if (dtype === 'U8') return { dtype, shape: e.shape, data: raw };
  if (dtype === 'F32') return { dtype, shape: e.shape, data: new Float32Array(raw.buffer) };
  return { dtype, shape: e.shape, data: Float64Array.from(new BigInt64Array(raw.buffer), Number) };
}

/**
 * All tensors of a file by name, copied, in PyTorch layout. Throws `Error` with one sentence if the file is invalid.
 */
export function readSafetensors(bytes: Uint8Array): Map<string, HostTensor> {
  if (bytes.length < 8) return fail(`it has ${bytes.length} bytes, fewer than its 8-byte header length`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES || 8 + length > bytes.length)
    return fail(`its header should take ${length} bytes, and the file has ${bytes.length}`);
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    return fail('its header is not JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    return fail('its header is not an object');
  const tensors = new Map<string, HostTensor>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    if (typeof entry !== 'object' || entry === null)
      return fail(`tensor '${name}' is not described by an object`);
    tensors.set(name, readEntry(name, entry, bytes, 8 + length));
  }
  return tensors;
}

/** A file of float32 tensors in PyTorch layout. The format allows only strings as `metadata` values. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] };
    offset += data.byteLength;
  }
  const json = new TextEncoder().encode(JSON.stringify(header));
  const padded = Math.ceil(json.length / 8) * 8;
  const out = new Uint8Array(8 + padded + offset);
  new DataView(out.buffer).setBigUint64(0, BigInt(padded), true);
  out.fill(0x20, 8, 8 + padded);
  out.set(json, 8);
  let at = 8 + padded;
  for (const { data } of tensors.values()) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return out;
}

/**
 * A float32 tensor in tfjs layout. As `parameter`, conv OIHW -> HWIO and linear [out,in] -> [in,out]; as `images`,
 * [N,C,H,W] -> [N,H,W,C]. The caller owns the tensor.
 */
export function toTensor(host: HostTensor, kind: 'parameter' | 'images' = 'parameter'): tf.Tensor {
  return tf.tidy(() => {
    const t = tf.tensor(Float32Array.from(host.data), host.shape as number[], 'float32');
    if (host.shape.length === 4) return tf.transpose(t, kind === 'images' ? [0, 2, 3, 1] : [2, 3, 1, 0]);
    return host.shape.length === 2 && kind === 'parameter' ? tf.transpose(t) : t;
  });
}

/** The values of a parameter in PyTorch layout (HWIO -> OIHW, [in,out] -> [out,in]). The caller keeps the tensor. */
export async function toHost(t: tf.Tensor): Promise<{ shape: number[]; data: Float32Array }> {
  const p = tf.tidy(() =>
    t.rank === 4 ? tf.transpose(t, [3, 2, 0, 1]) : t.rank === 2 ? tf.transpose(t) : tf.clone(t),
  );
  try {
    return { shape: p.shape, data: (await p.data()) as Float32Array };
  } finally {
    p.dispose();
  }
}

/**
 * A safetensors file, which the official code can load, with every parameter and running statistic of the network and
 * of those parts of its store that are declared as exported.
 */
export async function exportWeights(
  store: ParameterStore,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const tensors = new Map<string, { shape: number[]; data: Float32Array }>();
  for (const [name, v] of [...store.trainable, ...store.buffers])
    if (partOf(store, name)?.exported !== false) tensors.set(name, await toHost(v));
  return writeSafetensors(tensors, metadata);
}

/**
 * Assigns the tensors named `<prefix><parameter>` to the store's variables. Throws `Error` if one is missing or has
 * another shape; the store is then unchanged.
 */
export function importWeights(
  store: ParameterStore,
  tensors: ReadonlyMap<string, HostTensor>,
  prefix = '',
): void {
  const all = [...store.trainable, ...store.buffers];
  const values = new Map<string, tf.Tensor>();
  try {
    for (const [name, v] of all) {
      const host = tensors.get(prefix + name);
      if (!host) throw new Error(`The weights have no tensor '${prefix + name}', which this network needs.`);
      const value = toTensor(host);
      values.set(name, value);
      if (!tf.util.arraysEqual(value.shape, v.shape))
        throw new Error(
          `Weights '${prefix + name}' have shape [${value.shape}], this network needs [${v.shape}] (tfjs layout).`,
        );
    }
    for (const [name, v] of all) v.assign(values.get(name)!);
  } finally {
    for (const value of values.values()) value.dispose();
  }
}
