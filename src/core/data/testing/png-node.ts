/** PNG files of 32x32 RGB pixels, written with zlib, for tests in Node. */
import { deflateSync } from 'node:zlib';
import { IMAGE_SIZE } from '../dataset.ts';

const ROW = IMAGE_SIZE * 3;
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

function chunk(type: string, data: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, crc]);
}

/** One image, [32, 32, 3], as PNG: 8-bit RGB, no filter, no colour information. */
export function encodePng(image: Uint8Array): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(IMAGE_SIZE, 0);
  header.writeUInt32BE(IMAGE_SIZE, 4);
  header.set([8, 2], 8);
  const rows = Buffer.alloc(IMAGE_SIZE * (ROW + 1));
  for (let y = 0; y < IMAGE_SIZE; y++) {
    rows.set(image.subarray(y * ROW, (y + 1) * ROW), y * (ROW + 1) + 1);
  }
  return new Uint8Array(
    Buffer.concat([
      Buffer.from(SIGNATURE),
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(rows)),
      chunk('IEND', Buffer.alloc(0)),
    ]),
  );
}
