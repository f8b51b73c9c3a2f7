/** CRC-32 of plain data, to check that a store returns the bits that were put there. */
import CRC32 from 'crc-32';

const hex = (crc: number): string => (crc >>> 0).toString(16).padStart(8, '0');

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);

/** Eight hexadecimal digits: the CRC-32 of the parts' bytes, one after another. */
export function checksumOfBytes(parts: readonly ArrayBufferView[]): string {
  return hex(parts.reduce((crc, part) => CRC32.buf(bytesOf(part), crc), 0));
}

/** The text of a scalar. Unlike JSON it distinguishes -0 from 0 and NaN from null. */
const scalar = (value: unknown): string =>
  typeof value === 'string'
    ? JSON.stringify(value)
    : Object.is(value, -0)
      ? '-0'
      : `${typeof value} ${String(value)}`;

/**
 * Eight hexadecimal digits that depend on all of `value`: plain objects, arrays, typed arrays, strings, numbers,
 * booleans, null. Keys in another order give the same digits; a key that is undefined counts as absent.
 */
export function checksumOf(value: unknown): string {
  let crc = 0;
  let text: string[] = [];
  const flush = () => {
    crc = CRC32.str(text.join('\n'), crc);
    text = [];
  };
  const visit = (x: unknown): void => {
    if (ArrayBuffer.isView(x)) {
      text.push(`${Object.prototype.toString.call(x)} ${x.byteLength}`);
      flush();
      crc = CRC32.buf(bytesOf(x), crc);
    } else if (Array.isArray(x)) {
      text.push(`[${x.length}`);
      for (const item of x) visit(item);
    } else if (typeof x === 'object' && x !== null) {
      const entries = Object.entries(x).filter(([, item]) => item !== undefined);
      text.push(`${Object.prototype.toString.call(x)} ${entries.length}`);
      for (const [key, item] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
        text.push(JSON.stringify(key));
        visit(item);
      }
    } else text.push(scalar(x));
  };
  visit(value);
  flush();
  return hex(crc);
}
