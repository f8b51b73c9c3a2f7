/** The page's side of the service worker: registration, one reload for isolation, the offer of a new version. */
import type { Applied, Apply } from './messages.ts';

/** Key in sessionStorage: set once this tab has been reloaded for isolation. */
export const RELOADED = 'arat-isolation-tried';

export interface OfflineOptions {
  /** Whether nothing has been started or touched, so that a reload costs the visitor nothing. */
  readonly isUntouched: () => boolean;
  /**
   * Called when a new version waits. `apply` takes it into use and reloads, or resolves to 'other-tabs' and does not.
   */
  readonly onUpdate: (apply: () => Promise<Applied>) => void;
}

/** The parts of the browser that are used here; tests replace them. */
export interface OfflineBrowser {
  readonly serviceWorker: ServiceWorkerContainer | undefined;
  readonly isolated: boolean;
  readonly storage: Pick<Storage, 'getItem' | 'setItem'>;
  readonly reload: () => void;
}

const thisBrowser = (): OfflineBrowser => ({
  serviceWorker: navigator.serviceWorker as ServiceWorkerContainer | undefined,
  isolated: globalThis.crossOriginIsolated,
  // A getter, because reading the property throws where storage is forbidden; `firstTry` catches that.
  get storage() {
    return sessionStorage;
  },
  reload: () => location.reload(),
});

/**
 * Registers the service worker at `url`. Never rejects: without service workers (blocked, no secure context) the page
 * works online and with one WASM thread.
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
    // Ask for an update now; browsers may do so much later. It rejects without a network.
    void registration.update().catch(() => {});
    await controlled(serviceWorker);
  } catch {
    return;
  }
  if (!browser.isolated && options.isUntouched() && firstTry(browser)) browser.reload();
}

/** Resolves once a service worker controls this page; never after a forced reload, which bypasses it. */
function controlled(container: ServiceWorkerContainer): Promise<void> {
  if (container.controller) return Promise.resolve();
  return new Promise((resolve) =>
    container.addEventListener('controllerchange', () => resolve(), { once: true }),
  );
}

/** True once per tab. False without storage, because nothing could then end a loop of reloads. */
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
  // Without an active version, the new one takes over by itself, as no older page could lose its files.
  const consider = () => {
    if (registration.waiting && registration.active) offer(registration.waiting);
  };
  const watchInstalling = () => registration.installing?.addEventListener('statechange', consider);
  consider();
  // The browser may have begun to install an update while the page loads.
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
