/** Loads a backend's files with a time limit: its code, and the binaries that its code needs. */
import { errorMessage, withoutFullStop } from '../../error-message.ts';
import { download } from '../../data/http.ts';
import { within } from '../../time-limit.ts';
import { BackendUnavailable } from './unavailable.ts';

/** A file of the backend did not arrive from the server. */
export class NotArrived extends BackendUnavailable {}

/** Far above the largest of tfjs's binaries. */
const MOST_BYTES = 16 * 2 ** 20;
/** A request that fails within this time is made again. */
const QUICK_MS = 4000;

/** The module of a dynamic `import`. Rejects with `NotArrived` if it fails or takes more than `ms`. */
export async function arrived<T>(code: Promise<T>, ms?: number): Promise<T> {
  return within(code.catch(fail), ms, () => {
    throw new NotArrived(`its code has not arrived within ${Math.round(ms! / 1000)} s.`);
  });
}

function fail(error: unknown): never {
  throw new NotArrived(`its code could not be loaded (${errorMessage(error)}).`);
}

/**
 * The WebAssembly binary at `address`, which may be relative to the running script. Rejects with `NotArrived` if the
 * server sends nothing for `stallMs`, fails twice, or sends something else.
 */
export async function fetchBinary(address: string, stallMs?: number): Promise<Uint8Array<ArrayBuffer>> {
  const url = new URL(address, globalThis.location?.href).href;
  const load = () =>
    download(url, MOST_BYTES, {
      fetch: (...args) => fetch(...args),
      stallMs,
      waitWhenBusy: false,
      credentials: 'same-origin',
    });
  const start = performance.now();
  const binary = await load()
    .catch((error: unknown) => {
      if (performance.now() - start > QUICK_MS) throw error;
      return load();
    })
    .catch((error: unknown) => {
      throw new NotArrived(`${withoutFullStop(errorMessage(error))}.`);
    });
  if (!WebAssembly.validate(binary))
    throw new NotArrived(`the server sent something other than WebAssembly as ${url.split('/').at(-1)}.`);
  return binary;
}
