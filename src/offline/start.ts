/** The page's side of the service worker: registration, one reload into isolation, the offer of a new version. */
import type { Applied, Apply } from './messages.ts';

/** In sessionStorage: the reload into isolation has been tried in this tab. */
export const RELOADED = 'arat-isolation-tried';

export interface OfflineOptions {
  /** Whether nothing has been started or touched, so that a reload costs the visitor nothing. */
  readonly isUntouched: () => boolean;
  /** A new version is here and waits. `apply` takes it into use and reloads, or says which page stands in the way. */
  readonly onUpdate: (apply: () => Promise<Applied>) => void;
}

/** What is used of the browser, so that tests can do without one. */
export interface OfflineBrowser {
  readonly serviceWorker: ServiceWorkerContainer | undefined;
  readonly isolated: boolean;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly reload: () => void;
}

const thisBrowser = (): OfflineBrowser => ({
  serviceWorker: navigator.serviceWorker as ServiceWorkerContainer | undefined,
  isolated: globalThis.crossOriginIsolated,
  // Reading the property throws where storage is forbidden: only inside the try below.
  get storage() {
    return sessionStorage;
  },
  reload: () => location.reload(),
});

/**
 * Registers the service worker at `url`. Without service workers (blocked, no secure context) the page works all the
 * same, online and with one WASM thread: nothing is thrown.
 */
export async function startOffline(
  url: string,
  options: OfflineOptions,
  browser: OfflineBrowser = thisBrowser(),
): Promise<void> {
  const { serviceWorker } = browser;
  if (!serviceWorker) return;
  try {
    const registration = await serviceWorker.register(url, { updateViaCache: 'none' });
    offerUpdates(registration, serviceWorker, options, browser);
    // Browsers look for one after a visit when they find time. Without a network there is none.
    void registration.update().catch(() => {});
    await controlled(serviceWorker);
  } catch {
    return;
  }
  if (!browser.isolated && options.isUntouched() && firstTry(browser)) browser.reload();
}

/** Resolves when a service worker answers for this page; never where the page was loaded past it (forced reload). */
function controlled(container: ServiceWorkerContainer): Promise<void> {
  if (container.controller) return Promise.resolve();
  return new Promise((resolve) =>
    container.addEventListener('controllerchange', () => resolve(), { once: true }),
  );
}

/** True once per tab. Where nothing can be remembered, never: a page that reloads for ever is worse than one thread. */
function firstTry(browser: OfflineBrowser): boolean {
  try {
    if (browser.storage.getItem(RELOADED) !== null) return false;
    browser.storage.setItem(RELOADED, 'yes');
    return browser.storage.getItem(RELOADED) !== null;
  } catch {
    return false;
  }
}

function offerUpdates(
  registration: ServiceWorkerRegistration,
  container: ServiceWorkerContainer,
  { onUpdate }: OfflineOptions,
  { reload }: OfflineBrowser,
): void {
  const offer = (worker: ServiceWorker) =>
    onUpdate(async () => {
      container.addEventListener('controllerchange', reload, { once: true });
      const said = await ask(worker);
      if (said !== 'applied') container.removeEventListener('controllerchange', reload);
      return said;
    });
  // The first version takes over by itself: there is no older page that could lose its files.
  const consider = () => {
    if (registration.waiting && registration.active) offer(registration.waiting);
  };
  const watchInstalling = () => registration.installing?.addEventListener('statechange', consider);
  consider();
  // The browser looks for an update while the page loads: one may be on its way already.
  watchInstalling();
  registration.addEventListener('updatefound', watchInstalling);
}

function ask(worker: ServiceWorker): Promise<Applied> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = (event: MessageEvent<Applied>) => {
      port1.close();
      resolve(event.data);
    };
    worker.postMessage('apply' satisfies Apply, [port2]);
  });
}
