import fc from 'fast-check';
import { snappyCompress } from 'hysnappy';
import { describe, expect, it } from 'vitest';
import { fuzz } from '../testing/fuzz.ts';
import { pageDecompressors } from './snappy.ts';

describe('pages of parquet files', () => {
  it('given a compressed page, then it gives its bytes; given a stated size above 256 MiB, then it throws', () => {
    const bytes = Uint8Array.from({ length: 5000 }, (_, i) => (i * i) % 251);
    const page = snappyCompress(bytes);
    expect(pageDecompressors().SNAPPY(page, bytes.length)).toEqual(bytes);
    expect(() => pageDecompressors().SNAPPY(page, 2 ** 31)).toThrow(/at most 256 MiB/);
  });

  // Tag 0xfc: a literal whose length is in the next four bytes. hyparquet 1.31.5 reads lengths from 2 GiB as negative.
  const literals = fc
    .array(fc.oneof(fc.constant([0xfc, 0xff, 0xff, 0xff, 0xf0]), fc.array(fc.nat(255))), { maxLength: 20 })
    .map((parts) => Uint8Array.from([0x80, 0x80, 0x04, ...parts.flat()]));

  fuzz(
    'given any bytes as a page, when decompressed, then it gives as many bytes as stated or throws an Error',
    fc.oneof(fc.uint8Array({ maxLength: 3000 }), literals),
    (page) => {
      try {
        expect(pageDecompressors().SNAPPY(page, 65_536).length).toBe(65_536);
        return 'read';
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        return 'refused';
      }
    },
    { short: 300, reaches: ['refused'] },
  );
});
