/** Loads a part of the page's code, and tries up to three times. */
import { within } from '../../core/time-limit.ts';

const WAITS_MS = [500, 1500] as const;
/** Counts requests with a query, since each needs an address that the browser has not tried before. */
let retries = 0;
/** Time limit for all tries together, so that the visitor sees the error within 20 s. */
const LIMIT_MS = 18_000;

export interface RetryOptions {
  readonly waitsMs?: readonly number[];
  readonly limitMs?: number;
  /** Imports the module at an address. */
  readonly importFrom?: (url: string) => Promise<unknown>;
}

/** Thrown when a part of the page's code does not arrive; `message` is one sentence. */
export class LoadError extends Error {
  override readonly name = 'LoadError';
}

/**
 * `load` is a dynamic import. Chrome and Firefox name the file that did not arrive; it is then asked for with a query,
 * because a browser may remember a failed module by its address and fail again without asking. Files that the module
 * imports keep their addresses, so nothing is loaded twice. Rejects with `LoadError`; an error that the module itself
 * throws rejects as it is.
 */
export async function retriedImport<T>(load: () => Promise<T>, options: RetryOptions = {}): Promise<T> {
  const limitMs = options.limitMs ?? LIMIT_MS;
  return within(attempts(load, options), limitMs, () => {
    throw new LoadError(`The code of this part did not arrive within ${Math.round(limitMs / 1000)} seconds.`);
  });
}

async function attempts<T>(load: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { waitsMs = WAITS_MS } = options;
  const importFrom = options.importFrom ?? ((url: string) => import(/* @vite-ignore */ url));
  let url: string | null = null;
  for (let attempt = 0; ; attempt++) {
    try {
      return url === null ? await load() : ((await importFrom(`${url}?retry=${++retries}`)) as T);
    } catch (error) {
      if (!isLoadFailure(error)) throw error;
      url ??= addressIn(error.message);
      if (attempt >= waitsMs.length) throw new LoadError(sentence(url));
      await new Promise((resolve) => setTimeout(resolve, waitsMs[attempt]));
    }
  }
}

/** Messages of Chrome, Firefox, Safari, and of Vite for a style sheet. */
const FAILURES =
  /Failed to fetch dynamically imported module|error loading dynamically imported module|Importing a module script failed|Unable to preload CSS/i;

const isLoadFailure = (error: unknown): error is Error =>
  error instanceof Error && FAILURES.test(error.message);

/** The address of a module in a browser's message, without a query. */
function addressIn(message: string): string | null {
  const url = /https?:\/\/[^\s'"]+/.exec(message)?.[0].split('?')[0];
  return url?.endsWith('.js') ? url : null;
}

function sentence(url: string | null): string {
  const file = url?.slice(url.lastIndexOf('/') + 1);
  return file
    ? `Its file ${file} could not be loaded.`
    : 'A file of this part of the page could not be loaded.';
}
