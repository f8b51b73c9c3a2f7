import fc from 'fast-check';
import { damaged, fuzz } from '../testing/fuzz.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

const TENSORS = new Map([
  ['conv1.weight', { shape: [2, 3, 3, 3], data: Float32Array.from({ length: 54 }, (_, i) => i / 7) }],
  ['linear.bias', { shape: [4], data: Float32Array.of(1, -2, 3, -4) }],
]);
const FILE = writeSafetensors(TENSORS, { method: 'arat' });

/** A weight file with this text as its header and 256 zero bytes as its data. */
function withHeader(header: string): Uint8Array {
  const json = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + json.length + 256);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}

/** Checks that each tensor read has as many values as its shape says, or that the error is one line and says why. */
function check(bytes: Uint8Array): string {
  let tensors;
  try {
    tensors = readSafetensors(bytes);
  } catch (error) {
    const { message } = error as Error;
    if (!/^This is not a valid safetensors file: [^\n]+\.$/.test(message) || message.length > 500)
      throw error;
    return 'refused';
  }
  for (const [name, { shape, data }] of tensors) {
    const size = shape.reduce((a, b) => a * b, 1);
    if (data.length !== size) throw new Error(`${name} [${shape}] has ${data.length} values`);
  }
  return 'read';
}

fuzz(
  'given a damaged weight file, when read, then it is refused in one line or gives tensors of the stated sizes',
  damaged(FILE),
  check,
  {
    short: 500,
    reaches: ['refused', 'read'],
  },
);

const entry = fc.record(
  {
    dtype: fc.oneof(
      fc.constantFrom('F32', 'F16', 'BF16', 'F64', 'I64', 'I32', 'U8', 'F8_E4M3', '__proto__', 'constructor'),
      fc.jsonValue(),
    ),
    shape: fc.oneof(fc.array(fc.oneof(fc.nat(9), fc.maxSafeNat(), fc.constantFrom(-1, 0.5))), fc.jsonValue()),
    data_offsets: fc.oneof(fc.tuple(fc.nat(300), fc.nat(300)), fc.array(fc.maxSafeNat()), fc.jsonValue()),
  },
  { requiredKeys: [] },
);
const header = fc.dictionary(
  fc.oneof(fc.string(), fc.constantFrom('__proto__', '__metadata__')),
  fc.oneof(entry, fc.jsonValue()),
);

fuzz(
  'given a weight file with a random header, when read, then it is refused in one line or gives tensors of the stated sizes',
  fc
    .oneof(
      header.map((h) => JSON.stringify(h)),
      fc.string(),
    )
    .map(withHeader),
  check,
  { short: 500, reaches: ['refused', 'read'] },
);
