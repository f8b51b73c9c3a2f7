/** An image whose pixels are known, to find out whether the platform's decoder returns them unchanged. */
import { IMAGE_BYTES, IMAGE_SIZE } from './dataset.ts';

/** The pixels of `KNOWN_PNG`, [32, 32, 3]. Neighbours differ, since some browsers leave areas of one colour alone. */
export function knownPixels(): Uint8Array {
  const pixels = new Uint8Array(IMAGE_BYTES);
  let at = 0;
  for (let y = 0; y < IMAGE_SIZE; y++)
    for (let x = 0; x < IMAGE_SIZE; x++)
      for (const value of [8 * x + 3 * y, 8 * y + 5 * x, 251 - 4 * x - 3 * y]) pixels[at++] = value & 255;
  return pixels;
}

const BASE64 =
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAxklEQVR42mNkYPjNwfqHdoiRmeMHbS1gE/hKWws4JT7R1gIehfe0' +
  'tYBf4w1tLRAyeElbC0QtntHWAgmHx7S1QNrjAW0tkAu4S1sLFCNu0dYClYTrtLVAPeMKbS3QKrhIWwt0K87R1gKDhtO0tcC44wRt' +
  'LTCbcJS2FljOOERbC2wW7KetBfYr9tDWAqcNO2lrgeuObbS1wOPAZtpa4H1iA20t8LuwlrYWBN5YRVsLQh4sp60F4S+W0NaCqA8L' +
  'aWtB7I95NLUAAFiiMh2RiddsAAAAAElFTkSuQmCC';

/** 8-bit RGB without colour information. */
export const KNOWN_PNG: Uint8Array = Uint8Array.from(atob(BASE64), (c) => c.charCodeAt(0));
