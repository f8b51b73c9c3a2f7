import { expose } from 'comlink';
import { describe, expect, test, vi } from 'vitest';
import { createEngineClient } from './client.ts';

/** A worker on a message channel: comlink works for real, only the thread is missing. */
function channelWorker(api: object | null): Worker & { terminated: boolean } {
  const { port1, port2 } = new MessageChannel();
  if (api) expose(api, port2 as never);
  port1.start();
  const worker = {
    terminated: false,
    onerror: null,
    onmessageerror: null,
    postMessage: (message: unknown, transfer: Transferable[]) =>
      port1.postMessage(message, transfer as never),
    addEventListener: (type: string, listener: EventListener) => port1.addEventListener(type, listener),
    removeEventListener: (type: string, listener: EventListener) => port1.removeEventListener(type, listener),
    terminate() {
      this.terminated = true;
      port1.close();
      port2.close();
    },
  };
  return worker as unknown as Worker & { terminated: boolean };
}

const options = { baseUrl: 'http://localhost/', appVersion: '1' };

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
    workers[0].onerror!({ message: 'out of memory' } as ErrorEvent);
    for (const outcome of await Promise.all(pending)) expect(outcome).toMatch(/out of memory.*Press Train/);
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
});
