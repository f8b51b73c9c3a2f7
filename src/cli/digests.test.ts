import { expect, test } from 'vitest';
import { computeDigests, readTable } from './digests.ts';

test('given tiny races of every method and ARAT switch on wasm, then each run has the digest in the table', () => {
  expect(computeDigests('wasm')).toEqual(readTable().wasm);
});
