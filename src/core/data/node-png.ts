/** Decodes the PNG images of parquet files in Node, which has no canvas. */
import { decode } from 'fast-png';
import { errorMessage } from '../error-message.ts';
import { DataError } from './data-error.ts';
import { IMAGE_BYTES } from './dataset.ts';
import { requirePngSize, type DecodePngs } from './png.ts';

export const decodePngsInNode: DecodePngs = async (files) => {
  const all = new Uint8Array(files.length * IMAGE_BYTES);
  for (const [i, file] of files.entries()) {
    requirePngSize(file);
    all.set(pixelsOf(file), i * IMAGE_BYTES);
  }
  return all;
};

function pixelsOf(file: Uint8Array): Uint8Array {
  let png;
  try {
    png = decode(file, { checkCrc: true });
  } catch (error) {
    throw new DataError(`an image is no readable PNG (${errorMessage(error)})`);
  }
  const { data, channels, depth, palette } = png;
  if (depth !== 8 || channels !== 3 || palette || data.length !== IMAGE_BYTES)
    throw new DataError(`an image has ${channels} channels of ${depth} bits; expected 3 of 8`);
  return Uint8Array.from(data);
}
