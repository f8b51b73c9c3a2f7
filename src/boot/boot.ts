/**
 * Runs before the page's own code and handles the case that this code does not arrive: a cached page whose files are of
 * another version, an answer 404 or 500, a server that never answers, a page opened from a disk. It says what happened
 * in place of the empty page, and reloads when the server has all files again. It is a separate script, which imports
 * nothing, under a fixed name, so that an old index.html finds it.
 */

/** Key in sessionStorage: how often this script has reloaded the tab since the page last started. */
const RELOADS = 'arat-boot-reloads';
const MOST_RELOADS = 3;
const NEVER_ARRIVED_MS = 15_000;
/** A server may accept a request and never answer it. */
const ANSWER_MS = 10_000;
/** Seconds before each look at the server; the last value repeats. */
const WAITS_S = [0, 2, 4, 8, 15, 30];

/** Whether main.tsx has run; from then on, the page shows its errors itself. */
const hasStarted = () => document.documentElement.dataset.started === 'yes';

const FROM_DISK =
  'This page was opened from a disk, where a browser loads none of its files. Serve it instead: run "npm start" in the ' +
  'project, or any web server in this folder (for example "npx serve"), and open the address that it prints.';

/**
 * Acts once the body is parsed. `DOMContentLoaded` would come too late: it waits for the code that may never arrive.
 */
function whenParsed(act: () => void): void {
  if (document.readyState !== 'loading') act();
  else document.addEventListener('readystatechange', act, { once: true });
}

function say(sentence: string, more: (text: HTMLElement) => void = () => {}): void {
  whenParsed(() => {
    const text = document.getElementById('boot-text');
    if (!text) return;
    text.textContent = sentence;
    text.setAttribute('role', 'alert');
    document.getElementById('boot-late')?.remove();
    more(text);
  });
}

function offerReload(after: HTMLElement): void {
  const button = document.createElement('button');
  button.textContent = 'Reload the page';
  button.onclick = () => location.reload();
  after.after(button);
}

/** The address of the page's code that a text of index.html names, or null. */
const entryOf = (html: string): string | null =>
  /<script\b[^>]*\btype="module"[^>]*\bsrc="([^"]+)"/.exec(html)?.[1] ?? null;

/**
 * The address of the page's code that index.html on the server names now, if the server has that file; else null.
 * Bypasses all caches of the browser.
 */
async function wholeOnServer(): Promise<string | null> {
  const ask = (address: string) =>
    fetch(address, { cache: 'reload', signal: AbortSignal.timeout(ANSWER_MS) });
  try {
    const page = await ask('./');
    const entry = page.ok ? entryOf(await page.text()) : null;
    return entry && (await ask(entry)).ok ? entry : null;
  } catch {
    return null;
  }
}

function mayReload(): boolean {
  try {
    const count = Number(sessionStorage.getItem(RELOADS) ?? 0);
    if (count >= MOST_RELOADS) return false;
    sessionStorage.setItem(RELOADS, String(count + 1));
    return true;
  } catch {
    // Without storage nothing could end a loop of reloads, so that the visitor gets only the button.
    return false;
  }
}

function forgetReloads(): void {
  try {
    sessionStorage.removeItem(RELOADS);
  } catch {
    // Without storage there is no count to remove.
  }
}

/**
 * Unregisters the service worker, which keeps a page whose code is gone, so that the next load comes from the server.
 * Its caches stay.
 */
async function leaveServiceWorker(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration().catch(() => undefined);
  if (registration?.scope === new URL('./', location.href).href) await registration.unregister();
}

async function heal(): Promise<void> {
  for (let look = 0; !hasStarted(); look++) {
    const seconds = WAITS_S[Math.min(look, WAITS_S.length - 1)];
    await new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
    const entry = await wholeOnServer();
    if (entry === null) continue;
    if (hasStarted() || !mayReload()) return;
    if (entry !== entryOf(document.documentElement.outerHTML)) await leaveServiceWorker();
    location.reload();
    return;
  }
}

let inTrouble = false;
function trouble(what: string): void {
  if (hasStarted() || inTrouble) return;
  inTrouble = true;
  const rest =
    'Saved runs are not lost. This page looks for its code again and reloads by itself when it is there.';
  say(`${what} ${rest}`, offerReload);
  void heal();
}

function watch(): void {
  addEventListener(
    'error',
    (event) => {
      if (event.target instanceof HTMLScriptElement) trouble('The code of this page could not be loaded.');
      else if (event instanceof ErrorEvent)
        trouble(`The code of this page stopped with an error (${event.message}).`);
    },
    true,
  );
  // The page's code has run before this event unless it failed without an error event.
  const loaded = () =>
    hasStarted() ? forgetReloads() : trouble('The code of this page could not be loaded.');
  if (document.readyState === 'complete') loaded();
  else addEventListener('load', loaded);
  const late = `The code of this page has not arrived within ${NEVER_ARRIVED_MS / 1000} seconds.`;
  setTimeout(() => trouble(late), NEVER_ARRIVED_MS);
}

if (location.protocol === 'file:') say(FROM_DISK);
else watch();
