/** Writes a resolution into a PNG, so that programs for text give the picture its size in millimetres. */
import CRC32 from 'crc-32';

const SIGNATURE = 8;
/** Length, type, 13 bytes of data and checksum of the first chunk, IHDR. */
const HEADER = 4 + 4 + 13 + 4;

/** A copy of `png` with a pHYs chunk of `dpi` pixels per inch after its header. Throws `Error` if it is no PNG. */
export function withDensity(png: Uint8Array, dpi: number): Uint8Array<ArrayBuffer> {
  if (png.length < SIGNATURE + HEADER || String.fromCharCode(...png.subarray(12, 16)) !== 'IHDR')
    throw new Error('Expected a PNG with its header first.');
  const chunk = new Uint8Array(4 + 4 + 9 + 4);
  const view = new DataView(chunk.buffer);
  const perMetre = Math.round(dpi / 0.0254);
  view.setUint32(0, 9);
  chunk.set(new TextEncoder().encode('pHYs'), 4);
  view.setUint32(8, perMetre);
  view.setUint32(12, perMetre);
  chunk[16] = 1;
  view.setInt32(17, CRC32.buf(chunk.subarray(4, 17)));
  const out = new Uint8Array(png.length + chunk.length);
  out.set(png.subarray(0, SIGNATURE + HEADER));
  out.set(chunk, SIGNATURE + HEADER);
  out.set(png.subarray(SIGNATURE + HEADER), SIGNATURE + HEADER + chunk.length);
  return out;
}
