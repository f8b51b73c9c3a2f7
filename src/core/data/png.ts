/** Decodes the PNG images of parquet files with the browser's canvas. */
import { DataError } from './data-error.ts';
import { IMAGE_BYTES, IMAGE_SIZE } from './dataset.ts';
import { KNOWN_PNG, knownPixels } from './known-image.ts';

/** Decodes PNG files of 32x32 pixels into RGB bytes [n, 32, 32, 3]. Throws `DataError` on anything else. */
export type DecodePngs = (files: readonly Uint8Array[]) => Promise<Uint8Array>;

interface Size {
  readonly width: number;
  readonly height: number;
}

function requireSize({ width, height }: Size): void {
  if (width !== IMAGE_SIZE || height !== IMAGE_SIZE)
    throw new DataError(`an image has ${width}x${height} pixels; expected 32x32`);
}

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** The size in the header chunk. Throws `DataError` if the file is not PNG. */
function headerSize(file: Uint8Array): Size {
  if (file.length < 24 || !SIGNATURE.every((byte, i) => file[i] === byte))
    throw new DataError('an image is no readable PNG');
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** Throws `DataError` unless the file is a PNG of 32x32 pixels by its header: a hostile one may ask for gigabytes. */
export function requirePngSize(file: Uint8Array): void {
  requireSize(headerSize(file));
}

/** As many images as fit one canvas; the known image is decoded as often, so that sparse noise is found too. */
const KNOWN_COPIES = 256;

const CHANGED =
  'this browser changes the pixels that a page reads from a canvas, against fingerprinting, so the images would not be ' +
  'those of the file: allow this page to read canvases, or give the binary or python version of CIFAR, which needs none';

/**
 * The browser's decoder without colour conversion and premultiplication, so that bytes are as stored. Before the first
 * use it decodes a known image and throws `DataError` if a pixel differs. Null if there is no `createImageBitmap` or
 * `OffscreenCanvas` (Node, old browsers).
 */
export function browserPngDecoder(): DecodePngs | null {
  if (typeof createImageBitmap === 'undefined' || typeof OffscreenCanvas === 'undefined') return null;
  let checked: Promise<void> | null = null;
  return async (files) => {
    if (files.length === 0) return new Uint8Array(0);
    await (checked ??= requireTruePixels());
    return decodeOnCanvas(files);
  };
}

/** Noise against fingerprinting may depend on the page and change few pixels only, so a full canvas is compared. */
async function requireTruePixels(): Promise<void> {
  const expected = knownPixels();
  const found = await decodeOnCanvas(Array.from({ length: KNOWN_COPIES }, () => KNOWN_PNG));
  if (found.some((value, i) => value !== expected[i % expected.length])) throw new DataError(CHANGED);
}

async function decodeOnCanvas(files: readonly Uint8Array[]): Promise<Uint8Array> {
  // One tall canvas for all files, since each readback has a high fixed cost.
  const canvas = new OffscreenCanvas(IMAGE_SIZE, IMAGE_SIZE * files.length);
  const context = canvas.getContext('2d', { willReadFrequently: true, colorSpace: 'srgb' });
  if (!context) throw new DataError('This browser gives no 2D canvas to decode images with.');
  await Promise.all(
    files.map(async (file, i) => {
      requirePngSize(file);
      // Cast, because the DOM types refuse shared memory; the Blob copies the bytes.
      const blob = new Blob([file as Uint8Array<ArrayBuffer>], { type: 'image/png' });
      const bitmap = await createImageBitmap(blob, {
        colorSpaceConversion: 'none',
        premultiplyAlpha: 'none',
      }).catch(() => {
        throw new DataError('an image is no readable PNG');
      });
      try {
        requireSize(bitmap);
        context.drawImage(bitmap, 0, i * IMAGE_SIZE);
      } finally {
        bitmap.close();
      }
    }),
  );
  const rgba = context.getImageData(0, 0, canvas.width, canvas.height).data;
  const rgb = new Uint8Array(files.length * IMAGE_BYTES);
  for (let i = 0, o = 0; i < rgba.length; i += 4) {
    rgb[o++] = rgba[i];
    rgb[o++] = rgba[i + 1];
    rgb[o++] = rgba[i + 2];
  }
  return rgb;
}
