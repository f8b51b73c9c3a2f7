/**
 * Decompresses parquet pages. hyparquet's own reader reads literal lengths from 2 GiB as negative and steps backwards,
 * so that it may run for minutes on a damaged page.
 */
import { snappyUncompressor } from 'hysnappy';
import { DataError } from './data-error.ts';

/** Far above what writers make: pages of about 1 MiB. */
const MAX_PAGE_BYTES = 256 * 2 ** 20;

/** Decompressors by codec, for hyparquet's `compressors`. They throw `Error` if the data is damaged. */
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
