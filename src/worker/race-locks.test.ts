import { describe, expect, it } from 'vitest';
import { createRaceLocks, type RaceLocks } from './race-locks.ts';

/** The part of the browser's lock manager that is used, for tabs of one process. */
function fakeLockManager(): LockManager {
  const held = new Set<string>();
  const request = async (
    name: string,
    _options: LockOptions,
    callback: (lock: Lock | null) => unknown,
  ): Promise<unknown> => {
    if (held.has(name)) return callback(null);
    held.add(name);
    return Promise.resolve(callback({ name, mode: 'exclusive' })).finally(() => held.delete(name));
  };
  const query = async () => ({ held: [...held].map((name) => ({ name })), pending: [] });
  return { request, query } as unknown as LockManager;
}

describe.each([
  ['Web Locks', () => fakeLockManager()],
  ['no Web Locks, as on plain http', () => undefined],
])('given two tabs and %s', (_, manager) => {
  const tabs = (): [RaceLocks, RaceLocks] => {
    const shared = manager();
    return [createRaceLocks(shared), createRaceLocks(shared)];
  };

  it('when one has a race, then the other sees that and cannot take it, and can once it is released (fault: two-tabs)', async () => {
    const [a, b] = tabs();
    expect(await a.hold('r')).toBe(true);
    expect(await a.hold('r')).toBe(true);
    expect([...(await b.inUse())]).toEqual(['r']);
    expect(await b.hold('r')).toBe(false);
    expect(await b.hold('s')).toBe(true);
    a.release();
    await Promise.resolve();
    expect([...(await a.inUse())]).toEqual(['s']);
    expect(await b.hold('r')).toBe(true);
    // Taking another lets go of the first.
    expect([...(await a.inUse())]).toEqual(['r']);
    b.release();
  });
});
