/**
 * Decompression of parquet pages. hyparquet's own reader takes literal lengths of 2 GiB for negative ones, steps
 * backwards, and may run for minutes on a damaged page.
 */
import { snappyUncompressor } from 'hysnappy';
import { DataError } from './data-error.ts';

/** Writers make pages of about 1 MiB. */
const MAX_PAGE_BYTES = 256 * 2 ** 20;

/** Decompressors by codec, for hyparquet's `compressors`. They throw Error on data that is damaged. */
export function pageDecompressors() {
  const uncompress = snappyUncompressor();
  return {
    SNAPPY: (page: Uint8Array, byteLength: number): Uint8Array => {
      if (!(byteLength <= MAX_PAGE_BYTES))
        throw new DataError(`a page of ${byteLength} bytes is stated; expected at most 256 MiB`);
      return uncompress(page, byteLength);
    },
  };
}
