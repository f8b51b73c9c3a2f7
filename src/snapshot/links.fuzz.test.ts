import fc from 'fast-check';
import { deflate, fromBase64Url, inflateBounded, toBase64Url } from './bytes.ts';
import { DETAILS, toCompact } from './compact.ts';
import { decodeSnapshot, readSnapshot } from './decode.ts';
import { encodeSnapshot } from './encode.ts';
import { HASH_PREFIX, SnapshotError } from './limits.ts';
import { seal } from './seal.ts';
import { sampleRace } from './testing/sample-race.ts';
import { parseRaceResult } from '../core/result/results-schema.ts';
import { damaged, fuzz } from '../core/testing/fuzz.ts';
import { oneValueReplaced } from '../core/testing/value-replaced.ts';

const race = sampleRace({ epochs: 4 });
const { hash } = await encodeSnapshot(race);
const sent = JSON.stringify(await decodeSnapshot(hash));
const packed = fromBase64Url(hash.slice(HASH_PREFIX.length));
const json = await inflateBounded(packed);

/** `refused` if the link gives a `SnapshotError`, `unchanged` if it gives what was sent; throws otherwise. */
async function outcomeOf(link: string): Promise<'refused' | 'unchanged'> {
  try {
    if (JSON.stringify(await decodeSnapshot(link)) !== sent)
      throw new Error('The link opens with other figures.');
    return 'unchanged';
  } catch (error) {
    if (error instanceof SnapshotError && error.message.startsWith('The link ')) return 'refused';
    throw error;
  }
}

const bits = fc.record({ at: fc.nat(packed.length - 1), bit: fc.nat(7) });
fuzz(
  'given a link with one bit of its bytes flipped, when opened, then it is refused or shows what was sent',
  bits,
  ({ at, bit }) => {
    const changed = packed.slice();
    changed[at] ^= 1 << bit;
    return outcomeOf(HASH_PREFIX + toBase64Url(changed));
  },
  { short: 300, reaches: ['refused'] },
);

fuzz(
  'given a link whose bytes are damaged, when opened, then it is refused or shows what was sent',
  damaged(packed),
  (changed) => outcomeOf(HASH_PREFIX + toBase64Url(changed)),
  { short: 150, reaches: ['refused'] },
);

fuzz(
  'given a link whose text is damaged, when opened, then it is refused or shows what was sent',
  damaged(new TextEncoder().encode(hash.slice(HASH_PREFIX.length))),
  (changed) => outcomeOf(HASH_PREFIX + String.fromCharCode(...changed)),
  { short: 150, reaches: ['refused'] },
);

fuzz(
  'given a link whose contents were damaged before they were packed, when opened, then it is refused or shows what was sent',
  damaged(json),
  async (changed) => outcomeOf(HASH_PREFIX + toBase64Url(await deflate(changed))),
  { short: 150, reaches: ['refused'] },
);

// A forged link has the right checksum, so it may give any valid result.
fuzz(
  'given a forged link, when opened, then it is refused or shows a valid result',
  oneValueReplaced(toCompact(race, DETAILS[DETAILS.length - 1])),
  async (value) => {
    const link = HASH_PREFIX + toBase64Url(await deflate(seal(JSON.stringify(value))));
    try {
      const { result } = await readSnapshot(link);
      parseRaceResult(result);
      return 'read';
    } catch (error) {
      if (error instanceof SnapshotError) return 'refused';
      throw error;
    }
  },
  { short: 200, reaches: ['refused', 'read'] },
);
