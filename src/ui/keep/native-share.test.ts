import { describe, expect, it, vi } from 'vitest';
import { hasShareSheet, sendLink } from './native-share.ts';

const URL = 'https://example.org/#s=1';
const refusing = (error: unknown) => ({ share: vi.fn().mockRejectedValue(error) });

describe('the share sheet', () => {
  it('given a device with a sheet, when a link is sent, then the sheet gets its address and a title, called on the device itself', async () => {
    const device = {
      calls: [] as unknown[],
      share(this: unknown, data: ShareData) {
        if (this !== device) throw new TypeError('Illegal invocation');
        device.calls.push(data);
        return Promise.resolve();
      },
    };
    expect(hasShareSheet(device)).toBe(true);
    expect(await sendLink(URL, device)).toBeNull();
    expect(device.calls).toEqual([{ title: 'ARAT Playground: a result', url: URL }]);
  });

  it('given a device without one, then it has none', () => expect(hasShareSheet({})).toBe(false));

  it('given a sheet that the visitor closes, then there is no error', async () => {
    const closed = new DOMException('Share canceled', 'AbortError');
    expect(await sendLink(URL, refusing(closed))).toBeNull();
  });

  it.each([
    [new DOMException('Permission denied', 'NotAllowedError'), /Permission denied/],
    [new TypeError('Invalid URL'), /Invalid URL/],
  ])('given a device that refuses with %s, then the sentence says why', async (error, words) => {
    expect(await sendLink(URL, refusing(error))).toMatch(words);
  });
});
