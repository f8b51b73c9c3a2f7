import { describe, expect, test, vi } from 'vitest';
import { createEngineClient } from './client.ts';
import { channelWorker } from './testing/channel-worker.ts';

const options = { baseUrl: 'http://localhost/', build: { appVersion: '1' } };

describe('the engine client', () => {
  test('given a worker that answers, when a call is made with a callback, then both arrive', async () => {
    const seen: unknown[] = [];
    const api = {
      async loadData(source: string, _files: null, onProgress: (p: unknown) => Promise<void>) {
        await onProgress({ phase: 'x' });
        return { source };
      },
    };
    const client = createEngineClient({
      ...options,
      onCrash: () => {},
      createWorker: () => channelWorker(api),
    });
    const summary = await client.api.loadData('synthetic', null, (p) => void seen.push(p));
    expect(summary).toEqual({ source: 'synthetic' });
    expect(seen).toEqual([{ phase: 'x' }]);
    client.dispose();
  });

  test('given pending calls, when the worker dies, then each rejects, the page is told, and the next call starts a new worker', async () => {
    const workers = [channelWorker(null), channelWorker({ pause: async () => {} })];
    const made: Worker[] = [];
    const onCrash = vi.fn();
    const createWorker = () => {
      made.push(workers[made.length]);
      return made[made.length - 1];
    };
    const client = createEngineClient({ ...options, onCrash, createWorker });
    const pending = [client.api.initialise('auto'), client.api.stop()].map((p) =>
      p.then(
        () => 'resolved',
        (e: Error) => e.message,
      ),
    );
    workers[0].die('out of memory.');
    for (const outcome of await Promise.all(pending))
      expect(outcome).toBe('The training worker stopped working (out of memory).');
    expect(onCrash).toHaveBeenCalledTimes(1);
    expect(workers[0].terminated).toBe(true);
    await client.api.pause();
    expect(made).toHaveLength(2);
    client.dispose();
  });

  test('given a restart, then what was pending rejects and no crash is reported', async () => {
    const onCrash = vi.fn();
    const client = createEngineClient({ ...options, onCrash, createWorker: () => channelWorker(null) });
    const pending = client.api.pause().catch((e: Error) => e.message);
    client.restart();
    expect(await pending).toMatch(/restarted/);
    expect(onCrash).not.toHaveBeenCalled();
  });

  test('given a worker whose code never arrives, then the silence grows and it has never answered; a restart asks a new one', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const workers = [channelWorker(null), channelWorker({ ping: async () => {}, pause: async () => {} })];
      const client = createEngineClient({
        ...options,
        onCrash: () => {},
        createWorker: () => workers.shift()!,
        heartbeatMs: 2_000,
      });
      const call = client.api.pause().catch((e: Error) => e.message);
      vi.advanceTimersByTime(18_000);
      expect([client.silentMs(), client.hasAnswered()]).toEqual([16_000, false]);
      client.restart();
      expect(await call).toMatch(/restarted/);
      await client.api.pause();
      expect([client.silentMs(), workers.length]).toEqual([0, 0]);
      client.dispose();
    } finally {
      vi.useRealTimers();
    }
  });

  test('given a worker that falls silent under a call, then the silence grows until it answers; with no call, nothing is asked (fault: worker-silent)', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    try {
      const ping = vi.fn(async () => {});
      let finish = () => {};
      const worker = channelWorker({ ping, pause: () => new Promise<void>((resolve) => (finish = resolve)) });
      const client = createEngineClient({
        ...options,
        onCrash: () => {},
        createWorker: () => worker,
        heartbeatMs: 2_000,
      });
      const call = client.api.pause();
      const beat = async () => {
        vi.advanceTimersByTime(2_000);
        await new Promise((resolve) => setTimeout(resolve, 20));
      };
      await beat();
      await vi.waitFor(() => expect(ping).toHaveBeenCalledTimes(1));
      await vi.waitFor(() => expect(client.silentMs()).toBe(0));
      expect(client.hasAnswered()).toBe(true);
      worker.fallSilent();
      for (let i = 0; i < 9; i++) await beat();
      // Within 20 seconds of the first question left unanswered.
      expect(client.silentMs()).toBe(16_000);
      worker.wake();
      await vi.waitFor(() => expect(client.silentMs()).toBe(0));
      finish();
      await call;
      const asked = ping.mock.calls.length;
      for (let i = 0; i < 3; i++) await beat();
      expect(ping).toHaveBeenCalledTimes(asked);
      client.dispose();
    } finally {
      vi.useRealTimers();
    }
  });
});
