/** Downloads of whole files and of ranges, with retries, a limit on stalls, and errors of one sentence. */
import { count } from './byte-reader.ts';
import { errorMessage } from '../error-message.ts';
import { DataError } from './data-error.ts';

export interface HttpOptions {
  readonly fetch: typeof fetch;
  readonly signal?: AbortSignal;
  /** A transfer fails if the server sends nothing for this long; default 30 s. */
  readonly stallMs?: number;
  /**
   * The waits between attempts. Default: 0.5 and 2 s after a failed transfer; 2, 8 and 30 s if the server is busy and
   * does not say for how long.
   */
  readonly retryMs?: readonly number[];
  /** Whether to wait and ask again if the server is busy (429, 503); default true. */
  readonly waitWhenBusy?: boolean;
  /** Default 'omit', so that other hosts get no cookies. Files of this site may need its cookies or password. */
  readonly credentials?: RequestCredentials;
  /** Called at each wait with its reason, e.g. `huggingface.co is busy (429): asking again in 30 s`. */
  readonly onWait?: (phrase: string) => void;
}

/** The server answered with a status other than 200 and 206. */
export class HttpError extends DataError {
  constructor(
    readonly status: number,
    message: string,
    /** The wait that a busy server asks for; null if it does not say. */
    readonly retryAfterMs: number | null = null,
  ) {
    super(message);
  }
}

const STALL_MS = 30_000;
const RETRY_MS = [500, 2000] as const;
const BUSY_MS = [2000, 8000, 30_000] as const;
/** A server may ask for this many waits, each of at most this length; if it asks for more, the load fails. */
const MOST_WAITS = 5;
const LONGEST_WAIT_MS = 120_000;

/** Its signal aborts if `heard` is not called for `stallMs`, or when the caller's signal aborts. */
class Watchdog {
  readonly #controller = new AbortController();
  readonly #forward = () => this.#controller.abort(this.outer?.reason);
  #timer: ReturnType<typeof setTimeout> | undefined;
  stalled = false;

  constructor(
    readonly stallMs: number,
    private readonly outer?: AbortSignal,
  ) {
    outer?.throwIfAborted();
    outer?.addEventListener('abort', this.#forward);
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.stalled = true;
      this.#controller.abort();
    }, this.stallMs);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.outer?.removeEventListener('abort', this.#forward);
  }
}

/** Milliseconds to wait by a Retry-After header of seconds or a date; null if it is absent or neither. */
export function retryAfter(header: string | null, now = Date.now()): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return 1000 * Number(text);
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}

/** Resolves after `ms`; rejects with the signal's reason when aborted. */
function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer);
      reject(signal!.reason as Error);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', end);
      resolve();
    }, ms);
    signal?.addEventListener('abort', end, { once: true });
  });
}

/**
 * `getOnce`, repeated while the server is busy (429, 503), after the wait that it asks for; `onWait` reports it. Throws
 * the `HttpError` if the wait is too long or too many are needed.
 */
async function get<T>(
  url: string,
  range: { start: number; end: number } | null,
  options: HttpOptions,
  use: (response: Response, heard: () => void) => Promise<T>,
): Promise<T> {
  const unasked = options.retryMs ?? BUSY_MS;
  for (let waits = 0; ; waits++) {
    try {
      return await getOnce(url, range, options, use);
    } catch (error) {
      if (!(error instanceof HttpError) || !isBusy(error) || options.waitWhenBusy === false) throw error;
      const asked = error.retryAfterMs;
      if (asked !== null && asked > LONGEST_WAIT_MS) {
        const minutes = Math.ceil(asked / 60_000);
        throw new HttpError(error.status, `${error.message} and asks to wait ${minutes} minutes`, asked);
      }
      if (waits >= (asked === null ? unasked.length : MOST_WAITS)) throw error;
      // At least a second, so that a busy server that says "0" is not asked in a loop.
      const ms = asked === null ? unasked[waits] : Math.max(1000, asked);
      options.onWait?.(`${hostOf(url)} is busy (${error.status}): asking again in ${Math.ceil(ms / 1000)} s`);
      await pause(ms, options.signal);
    }
  }
}

const isBusy = (error: HttpError): boolean => error.status === 429 || error.status === 503;

/**
 * GETs `url`, or its bytes `start` to `end` (exclusive), and returns what `use` makes of the response. `use` must call
 * `heard` at every chunk, or the transfer counts as stalled. Only the CORS-safelisted form `bytes=a-b` is sent, so that
 * no preflight is needed. Throws `HttpError` if the status is neither 200 nor 206, `DataError` if the transfer fails or
 * stalls, the signal's reason when aborted.
 */
async function getOnce<T>(
  url: string,
  range: { start: number; end: number } | null,
  options: HttpOptions,
  use: (response: Response, heard: () => void) => Promise<T>,
): Promise<T> {
  const watchdog = new Watchdog(options.stallMs ?? STALL_MS, options.signal);
  const host = hostOf(url);
  try {
    const response = await options.fetch(url, {
      headers: range ? { Range: `bytes=${range.start}-${range.end - 1}` } : {},
      signal: watchdog.signal,
      credentials: options.credentials ?? 'omit',
    });
    watchdog.heard();
    if (response.status !== 200 && response.status !== 206) {
      await response.body?.cancel();
      throw new HttpError(
        response.status,
        `${host} answered ${response.status} for ${fileOf(url)}`,
        retryAfter(response.headers.get('Retry-After')),
      );
    }
    return await use(response, () => watchdog.heard());
  } catch (error) {
    options.signal?.throwIfAborted();
    if (error instanceof DataError) throw error;
    if (watchdog.stalled) {
      const seconds = count(Math.round(watchdog.stallMs / 1000));
      throw new DataError(`${host} sent nothing for ${seconds} s while loading ${fileOf(url)}`);
    }
    throw new DataError(`${host} could not be reached for ${fileOf(url)} (${errorMessage(error)})`);
  } finally {
    watchdog.end();
  }
}

/**
 * All bytes of a response, at most `limit`; `expected`, if known, is the first size of the buffer. Throws `DataError`.
 */
async function body(
  response: Response,
  url: string,
  limit: number,
  expected: number | null,
  onBytes: (added: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = new Uint8Array(Math.min(limit, expected ?? 1 << 20));
  let length = 0;
  const reader = response.body?.getReader();
  if (reader) {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      if (length + value.length > limit) {
        await reader.cancel();
        throw new DataError(`${fileOf(url)} is larger than the ${count(limit)} bytes expected at most`);
      }
      if (length + value.length > bytes.length) {
        const larger = new Uint8Array(Math.min(limit, Math.max(2 * bytes.length, length + value.length)));
        larger.set(bytes.subarray(0, length));
        bytes = larger;
      }
      bytes.set(value, length);
      length += value.length;
      onBytes(value.length);
    }
  }
  return length === bytes.length ? bytes : bytes.slice(0, length);
}

/**
 * Downloads a whole file in one stream. `onBytes(loaded, total)` is called at each chunk; total is null if the server
 * does not say. Throws as `get` and `getOnce`, and `DataError` if the file ends early or has more than `limit` bytes.
 */
export function download(
  url: string,
  limit: number,
  options: HttpOptions,
  onBytes: (loaded: number, total: number | null) => void = () => undefined,
): Promise<Uint8Array<ArrayBuffer>> {
  return get(url, null, options, async (response, heard) => {
    const header = Number(response.headers.get('Content-Length') ?? Number.NaN);
    const total = Number.isSafeInteger(header) && header > 0 ? header : null;
    let loaded = 0;
    const bytes = await body(response, url, limit, total, (added) => {
      heard();
      loaded += added;
      onBytes(loaded, total);
    });
    // Only fewer bytes are an error: in a compressed transfer, Content-Length is that of the compressed bytes.
    if (total !== null && bytes.length < total) {
      throw new DataError(
        `${fileOf(url)} ended after ${count(bytes.length)} of ${count(total)} bytes: the transfer was cut off`,
      );
    }
    return bytes;
  });
}

/** A file whose parts can be read without the rest; hyparquet's AsyncBuffer. */
export interface RemoteFile {
  readonly byteLength: number;
  slice(start: number, end?: number): Promise<ArrayBuffer>;
}

/**
 * Opens a file for range requests in aligned blocks, of which the last four are kept, so that many small reads become
 * few requests. Null if the server, or the host it redirects to, does not serve ranges or hides Content-Range from this
 * page. Throws `HttpError` if the file does not exist.
 */
export async function openRanged(
  url: string,
  options: HttpOptions & { readonly blockBytes?: number; readonly onBytes?: (loaded: number) => void },
): Promise<RemoteFile | null> {
  const blockBytes = options.blockBytes ?? 8 * 2 ** 20;
  let loaded = 0;
  const fetchRange = (start: number, end: number) =>
    get(url, { start, end }, options, async (response, heard) => {
      const range = parseContentRange(response);
      if (!range) {
        await response.body?.cancel();
        return null;
      }
      const bytes = await body(response, url, end - start, end - start, (added) => {
        heard();
        loaded += added;
        options.onBytes?.(loaded);
      });
      const wanted = Math.min(end, range.total) - start;
      if (range.start !== start || bytes.length !== wanted) {
        throw new DataError(
          `${hostOf(url)} sent ${count(bytes.length)} bytes from ${count(range.start)} of ${fileOf(url)}; ` +
            `expected ${count(wanted)} from ${count(start)}`,
        );
      }
      return { bytes, total: range.total };
    });

  let probe: Awaited<ReturnType<typeof fetchRange>>;
  try {
    probe = await fetchRange(0, 4);
  } catch (error) {
    options.signal?.throwIfAborted();
    // A refused preflight looks like a lost connection. The plain download that follows shows which it was.
    if (error instanceof HttpError && error.status !== 416) throw error;
    return null;
  }
  if (!probe) return null;
  const { total } = probe;

  const blocks = new Map<number, Promise<Uint8Array<ArrayBuffer>>>();
  const block = (index: number) => {
    const known = blocks.get(index);
    if (known) {
      // Moved to the end: the first block is the least recently used one.
      blocks.delete(index);
      blocks.set(index, known);
      return known;
    }
    const start = index * blockBytes;
    const fetched = retried(options, async () => {
      const part = await fetchRange(start, Math.min(total, start + blockBytes));
      if (!part || part.total !== total) {
        throw new DataError(`${fileOf(url)} changed while it was being read from ${hostOf(url)}`);
      }
      return part.bytes;
    });
    fetched.catch(() => blocks.delete(index));
    blocks.set(index, fetched);
    if (blocks.size > 4) blocks.delete(blocks.keys().next().value!);
    return fetched;
  };

  return {
    byteLength: total,
    async slice(start, end = total) {
      const out = new Uint8Array(end - start);
      for (let index = Math.floor(start / blockBytes); index * blockBytes < end; index++) {
        const offset = index * blockBytes;
        const bytes = await block(index);
        const from = Math.max(start - offset, 0);
        out.set(bytes.subarray(from, Math.min(end - offset, bytes.length)), offset + from - start);
      }
      return out.buffer;
    },
  };
}

/**
 * Awaits `attempt`, and again after each wait of `retryMs` while the transfer fails. Throws the last error, the first
 * one that a repetition cannot mend (HTTP 4xx, busy), or the signal's reason when aborted.
 */
export async function retried<T>(
  options: Pick<HttpOptions, 'signal' | 'retryMs' | 'onWait'>,
  attempt: () => Promise<T>,
): Promise<T> {
  for (const wait of options.retryMs ?? RETRY_MS) {
    try {
      return await attempt();
    } catch (error) {
      options.signal?.throwIfAborted();
      // Asking again does not help after a client error; `get` has already waited for a busy server.
      if (error instanceof HttpError && (error.status < 500 || isBusy(error))) throw error;
      options.onWait?.(`${errorMessage(error)}: trying again`);
      await pause(wait, options.signal);
    }
  }
  return attempt();
}

function parseContentRange(response: Response): { start: number; total: number } | null {
  if (response.status !== 206) return null;
  const match = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('Content-Range') ?? '');
  return match && { start: Number(match[1]), total: Number(match[2]) };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host || 'this page' : url.slice(0, 80);
}

function fileOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1).slice(0, 80);
}
