/**
 * Makes a backend of tfjs's WASM binary on shared memory, without tfjs's threads: ours (kernels/wasm/pool.ts) run the
 * costly kernels. tfjs's own start-up makes its workers from the source text of a function, which minifiers break, and
 * starts eight of them on any machine.
 */
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as factoryModule from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js';

/** The part of the Emscripten module that is used here (4.22.0, pinned). */
interface EmscriptenModule {
  cwrap(name: string, returns: 'number' | null, parameters: 'number'[]): (...args: number[]) => number;
  readonly PThread: { terminateAllThreads(): void };
  tfjs?: unknown;
}
type Factory = (options: Record<string, unknown>) => Promise<EmscriptenModule>;

/** A worker that only reports that it has loaded. */
const IDLE_WORKER = `onmessage = ({ data }) => { if (data.cmd === 'load') postMessage({ cmd: 'loaded' }); };`;

/**
 * A backend whose memory is a SharedArrayBuffer, from tfjs's threaded binary. Throws if that much shared memory cannot
 * be reserved.
 */
export async function createSharedMemoryBackend(binary: Uint8Array): Promise<BackendWasm> {
  const exported = factoryModule as unknown as { default?: Factory };
  const factory = exported.default ?? (factoryModule as unknown as Factory);
  const workerUrl = URL.createObjectURL(new Blob([IDLE_WORKER], { type: 'text/javascript' }));
  try {
    const module = await factory({
      wasmBinary: binary,
      locateFile: (file: string) => (file.endsWith('.worker.js') ? workerUrl : file),
      mainScriptUrlOrBlob: workerUrl,
    });
    module.PThread.terminateAllThreads();
    // The functions that tfjs's own start-up would add.
    module.tfjs = {
      init: module.cwrap('init', null, []),
      // One thread, so that its operations run on the calling thread.
      initWithThreadsCount: () => module.cwrap('init_with_threads_count', null, ['number'])(1),
      getThreadsCount: module.cwrap('get_threads_count', 'number', []),
      registerTensor: module.cwrap('register_tensor', null, ['number', 'number', 'number']),
      disposeData: module.cwrap('dispose_data', null, ['number']),
      dispose: module.cwrap('dispose', null, []),
    };
    return new BackendWasm(module as unknown as ConstructorParameters<typeof BackendWasm>[0]);
  } finally {
    URL.revokeObjectURL(workerUrl);
  }
}
