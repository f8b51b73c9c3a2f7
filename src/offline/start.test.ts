import { describe, expect, test, vi } from 'vitest';
import { RELOADED, startOffline, type OfflineBrowser } from './start.ts';

class Registration extends EventTarget {
  active: object | null = {};
  waiting: object | null = null;
  installing: EventTarget | null = null;
  update = vi.fn(async () => {});
}

/** A tab whose storage outlives its reloads; `controlled` false: the first service worker is still being installed. */
function tab({ isolated = false, controlled = true, storage = new Map<string, string>() } = {}) {
  const registration = new Registration();
  const container = Object.assign(new EventTarget(), {
    controller: controlled ? {} : null,
    register: vi.fn(async () => registration),
  });
  const reload = vi.fn();
  const browser = {
    serviceWorker: container as unknown as ServiceWorkerContainer,
    isolated,
    storage: {
      getItem: (k: string) => storage.get(k) ?? null,
      setItem: (k: string, v: string) => storage.set(k, v),
    },
    reload,
  } as unknown as OfflineBrowser;
  return { registration, container, browser, reload, storage };
}

const options = { isUntouched: () => true, onUpdate: () => {} };

describe('the reload into isolation', () => {
  test('given a page that is not isolated, when started, then it reloads once, and not again in this tab', async () => {
    const first = tab();
    await startOffline('./sw.js', options, first.browser);
    expect(first.reload).toHaveBeenCalledTimes(1);
    const again = tab({ storage: first.storage });
    await startOffline('./sw.js', options, again.browser);
    expect(again.reload).not.toHaveBeenCalled();
  });

  test('given the first visit, when started, then it reloads only once the service worker controls the page', async () => {
    const { browser, container, reload } = tab({ controlled: false });
    const started = startOffline('./sw.js', options, browser);
    await Promise.resolve();
    expect(reload).not.toHaveBeenCalled();
    await vi.waitFor(() => {
      container.dispatchEvent(new Event('controllerchange'));
      expect(reload).toHaveBeenCalledTimes(1);
    });
    await started;
  });

  test('given a page that is isolated, or that the visitor has touched, when started, then it does not reload', async () => {
    const isolated = tab({ isolated: true });
    await startOffline('./sw.js', options, isolated.browser);
    const touched = tab();
    await startOffline('./sw.js', { ...options, isUntouched: () => false }, touched.browser);
    expect([isolated.reload.mock.calls, touched.reload.mock.calls]).toEqual([[], []]);
    expect(touched.storage.has(RELOADED)).toBe(false);
  });

  test('given storage that throws, when started, then it does not reload, since nothing could stop a loop', async () => {
    const { browser, reload } = tab();
    const refusing = {
      ...browser,
      get storage(): Storage {
        throw new DOMException('denied', 'SecurityError');
      },
    };
    await startOffline('./sw.js', options, refusing);
    expect(reload).not.toHaveBeenCalled();
  });

  test('given no service workers, or blocked ones, when started, then nothing is thrown and nothing reloads', async () => {
    const { browser, container, reload } = tab();
    await startOffline('./sw.js', options, { ...browser, serviceWorker: undefined });
    container.register.mockRejectedValue(new DOMException('blocked', 'SecurityError'));
    await startOffline('./sw.js', options, browser);
    expect(reload).not.toHaveBeenCalled();
  });
});

describe('a new version', () => {
  const worker = (said: string) => ({
    postMessage: (_message: string, [port]: MessagePort[]) => port.postMessage(said),
  });

  test('given a waiting version, when started, then it is offered, and the page reloads only once it is applied and in control', async () => {
    const { browser, container, registration, reload } = tab({ isolated: true });
    registration.waiting = worker('applied');
    const onUpdate = vi.fn();
    await startOffline('./sw.js', { ...options, onUpdate }, browser);
    expect(onUpdate).toHaveBeenCalledTimes(1);
    expect(await onUpdate.mock.calls[0][0]()).toBe('applied');
    expect(reload).not.toHaveBeenCalled();
    container.dispatchEvent(new Event('controllerchange'));
    expect(reload).toHaveBeenCalledTimes(1);
  });

  test('given a visit, when started, then an update is requested, and without a network nothing is thrown', async () => {
    const { browser, registration } = tab({ isolated: true });
    registration.update.mockRejectedValue(new TypeError('no network'));
    await startOffline('./sw.js', options, browser);
    expect(registration.update).toHaveBeenCalledTimes(1);
  });

  test('given a version that is being installed, when it begins to wait, then it is offered', async () => {
    const { browser, registration } = tab({ isolated: true });
    const installing = new EventTarget();
    registration.installing = installing;
    const onUpdate = vi.fn();
    await startOffline('./sw.js', { ...options, onUpdate }, browser);
    expect(onUpdate).not.toHaveBeenCalled();
    registration.waiting = worker('applied');
    installing.dispatchEvent(new Event('statechange'));
    expect(onUpdate).toHaveBeenCalledTimes(1);
  });

  test('given other tabs that need the old version, when the new one is applied, then the answer says so and nothing reloads', async () => {
    const { browser, container, registration, reload } = tab({ isolated: true });
    registration.waiting = worker('other-tabs');
    const onUpdate = vi.fn();
    await startOffline('./sw.js', { ...options, onUpdate }, browser);
    expect(await onUpdate.mock.calls[0][0]()).toBe('other-tabs');
    container.dispatchEvent(new Event('controllerchange'));
    expect(reload).not.toHaveBeenCalled();
  });

  test('given the very first version, when started, then no update is offered', async () => {
    const { browser, registration } = tab({ isolated: true });
    registration.active = null;
    registration.waiting = worker('applied');
    const onUpdate = vi.fn();
    await startOffline('./sw.js', { ...options, onUpdate }, browser);
    expect(onUpdate).not.toHaveBeenCalled();
  });
});
