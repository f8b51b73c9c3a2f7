/** Node only: the folder of tfjs's WASM binaries, and a guard against the handlers that its start-up installs. */

/** Folder of the binaries, with a trailing separator. */
export function wasmFolder(): string {
  // Not an import, which a bundler for the browser would try to resolve.
  const { createRequire } = process.getBuiltinModule('node:module');
  const file = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  return file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}

const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Runs a start-up and removes the process-wide handlers that it installed. They rethrow any uncaught error from inside
 * tfjs, for which Node prints 80 KB of minified source instead of the message.
 */
export async function withoutProcessHandlers<T>(start: () => Promise<T>): Promise<T> {
  const before = EVENTS.map((event) => new Set(process.listeners(event as 'uncaughtException')));
  const result = await start();
  EVENTS.forEach((event, i) => {
    for (const listener of process.listeners(event as 'uncaughtException')) {
      if (!before[i].has(listener)) process.removeListener(event, listener);
    }
  });
  return result;
}
