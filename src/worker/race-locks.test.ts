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
    await Promise.resolve();
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
  const tabs = (count = 2): RaceLocks[] => {
    const shared = manager();
    return Array.from({ length: count }, () => createRaceLocks(shared));
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

  it('when all of several tabs want a race at the same moment, then exactly one gets it (fault: two-tabs)', async () => {
    for (let round = 0; round < 3; round++) {
      const all = tabs(4);
      const race = `r${round}`;
      const got = await Promise.all(all.map((tab) => tab.hold(race)));
      expect(got.filter(Boolean)).toHaveLength(1);
      for (const used of await Promise.all(all.map((tab) => tab.inUse()))) expect([...used]).toEqual([race]);
      for (const tab of all) tab.release();
    }
  });

  it('when one wants a race while the other is still being answered about it, then exactly one gets it', async () => {
    const [a, b] = tabs();
    const first = a.hold('r');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = b.hold('r');
    expect([await first, await second].filter(Boolean)).toHaveLength(1);
    for (const tab of [a, b]) tab.release();
  });

  it('when a tab cannot have another race, then it keeps its own', async () => {
    const [a, b] = tabs();
    await a.hold('r');
    await b.hold('s');
    expect(await b.hold('r')).toBe(false);
    expect([...(await a.inUse())].sort()).toEqual(['r', 's']);
    for (const tab of [a, b]) tab.release();
  });

  it('when a tab takes two races in a row without waiting, then it has the second alone; when it lets go meanwhile, then it has none', async () => {
    const [a, b] = tabs();
    expect(await Promise.all([a.hold('r'), a.hold('s')])).toEqual([false, true]);
    expect([...(await b.inUse())]).toEqual(['s']);
    const late = a.hold('t');
    a.release();
    expect(await late).toBe(false);
    await expect.poll(async () => [...(await b.inUse())]).toEqual([]);
  });
});
