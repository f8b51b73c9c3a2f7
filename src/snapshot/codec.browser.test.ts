import { describe, expect, it } from 'vitest';
import { deflate, toBase64Url } from './bytes.ts';
import { decodeSnapshot } from './decode.ts';
import { encodeSnapshot } from './encode.ts';
import { HASH_PREFIX } from './limits.ts';
import { sampleRace } from './testing/sample-race.ts';

describe('the codec on the browser’s own streams', () => {
  it('given a race, when encoded and decoded in a browser, then settings and table are the same', async () => {
    const race = sampleRace();
    const { hash } = await encodeSnapshot(race);
    expect(hash.length).toBeLessThanOrEqual(4000);
    const back = await decodeSnapshot(hash);
    expect(back.config).toEqual(race.config);
    expect(back.runs.map((r) => r.final)).toEqual(race.runs.map((r) => r.final));
  });

  it('given a deflate bomb, a truncated link or one with characters added, when decoded in a browser, then each is refused', async () => {
    const bomb = HASH_PREFIX + toBase64Url(await deflate(new Uint8Array(32 * 1024 * 1024)));
    await expect(decodeSnapshot(bomb)).rejects.toThrow(/more than 1 MiB/);
    const { hash } = await encodeSnapshot(sampleRace({ epochs: 2 }));
    await expect(decodeSnapshot(hash.slice(0, hash.length - 40))).rejects.toThrow(/damaged/);
    await expect(decodeSnapshot(hash + 'AAAA')).rejects.toThrow(/damaged/);
  });
});
