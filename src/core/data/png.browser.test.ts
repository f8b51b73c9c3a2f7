import { describe, expect, it } from 'vitest';
import { browserCache } from './cache.ts';
import { IMAGE_BYTES } from './dataset.ts';
import { browserPngDecoder } from './png.ts';
import { syntheticDataset } from './synthetic.ts';

async function png(image: Uint8Array, size = 32): Promise<Uint8Array> {
  const canvas = new OffscreenCanvas(size, size);
  const context = canvas.getContext('2d')!;
  const pixels = context.createImageData(size, size);
  for (let p = 0; p < size * size; p++) {
    pixels.data.set([image[3 * p], image[3 * p + 1], image[3 * p + 2], 255], 4 * p);
  }
  context.putImageData(pixels, 0, 0);
  return new Uint8Array(await (await canvas.convertToBlob({ type: 'image/png' })).arrayBuffer());
}

/** The file with a gamma of 1 in its header, by which a decoder that converts colours would change the pixels. */
function withGamma(file: Uint8Array): Uint8Array {
  const chunk = new Uint8Array([0, 0, 0, 4, 0x67, 0x41, 0x4d, 0x41, 0, 1, 0x86, 0xa0, 0, 0, 0, 0]);
  let crc = ~0;
  for (const byte of chunk.subarray(4, 12)) {
    crc ^= byte;
    for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  new DataView(chunk.buffer).setUint32(12, ~crc >>> 0);
  // Signature and IHDR are 33 bytes. The encoder's own colour chunks (sRGB, iCCP) are left out.
  const kept = [file.subarray(0, 33), chunk];
  for (let at = 33; at < file.length;) {
    const length = 12 + new DataView(file.buffer, file.byteOffset + at).getUint32(0);
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8));
    if (type === 'IDAT' || type === 'IEND') kept.push(file.subarray(at, at + length));
    at += length;
  }
  return new Uint8Array(kept.flatMap((part) => [...part]));
}

describe('browserPngDecoder', () => {
  const { train } = syntheticDataset(1, 40, 1);
  const image = (i: number) => train.images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);

  it('given PNG files, when decoded together, then every byte is as stored', async () => {
    const files = await Promise.all(Array.from({ length: 40 }, (_, i) => png(image(i))));
    expect(await browserPngDecoder()!(files)).toEqual(train.images);
  });

  it('given a file with a gamma, when decoded, then the bytes are not converted', async () => {
    expect(await browserPngDecoder()!([withGamma(await png(image(0)))])).toEqual(image(0).slice());
  });

  it.each([
    [
      'one value in a thousand, by one',
      (data: Uint8ClampedArray) => data.forEach((v, i) => (data[i] = i % 997 ? v : v ^ 1)),
    ],
    ['every pixel to white', (data: Uint8ClampedArray) => data.fill(255)],
    // The blue of the last pixel but one.
    ['one value, by one', (data: Uint8ClampedArray) => (data[data.length - 6] ^= 1)],
  ])(
    'given a browser that changes %s when a canvas is read, when images are decoded, then one sentence refuses it',
    async (_, change) => {
      const { prototype } = OffscreenCanvasRenderingContext2D;
      const { getImageData } = prototype;
      const file = await png(image(0));
      prototype.getImageData = function (...args) {
        const read = getImageData.apply(this, args);
        change(read.data);
        return read;
      };
      try {
        await expect(browserPngDecoder()!([file])).rejects.toThrow(
          /^this browser changes the pixels that a page reads from a canvas.*: allow this page to read canvases, or give/,
        );
      } finally {
        prototype.getImageData = getImageData;
      }
      expect(await browserPngDecoder()!([file])).toEqual(image(0).slice());
    },
  );

  it('given another size or no PNG, when decoded, then the error says so', async () => {
    const decode = browserPngDecoder()!;
    await expect(decode([await png(new Uint8Array(48), 4)])).rejects.toThrow(
      'an image has 4x4 pixels; expected 32x32',
    );
    await expect(decode([new Uint8Array([1, 2, 3])])).rejects.toThrow('no readable PNG');
    const tall = (await png(image(0))).slice();
    new DataView(tall.buffer).setUint32(20, 17_000_000);
    await expect(decode([tall])).rejects.toThrow('an image has 32x17000000 pixels; expected 32x32');
  });
});

describe('browserCache, in the real file system of the browser', () => {
  it('given a data set, when written, then it is read back; when removed, then reading gives null', async () => {
    const cache = browserCache()!;
    const dataset = syntheticDataset(2, 50, 20);
    await cache.write('test', dataset);
    expect(await cache.read('test')).toEqual(dataset);
    await cache.remove('test');
    expect(await cache.read('test')).toBeNull();
  });
});
