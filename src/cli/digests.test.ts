import { expect, test } from 'vitest';
import { computeDigests, readTable } from './digests.ts';

test('given tiny races of every method and switch on wasm, then each run has the digest of the version before', () => {
  expect(computeDigests('wasm')).toEqual(readTable().wasm);
});
