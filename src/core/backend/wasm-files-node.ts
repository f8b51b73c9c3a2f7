/** Node only: where tfjs's WASM binaries lie. */

/** Folder of the binaries, with a trailing separator. */
export function wasmFolder(): string {
  // Not an import: a bundler for the browser would try to resolve it.
  const { createRequire } = process.getBuiltinModule('node:module');
  const file = createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm');
  return file.slice(0, Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}
