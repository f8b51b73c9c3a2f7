/** Node only: where tfjs's WASM binaries lie, and what its start-up must not leave behind. */

/** Folder of the binaries, with a trailing separator. */
export function wasmFolder(): string {
  // Not an import: a bundler for the browser would try to resolve it.
  const { createRequire } = process.getBuiltinModule('node:module');
  const file = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  return file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}

const EVENTS = ['uncaughtException', 'unhandledRejection'] as const;

/**
 * Runs a start-up and removes the process-wide handlers that it installed: they throw any uncaught error again from
 * inside tfjs, and Node then prints 80 KB of minified source in place of the message.
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
