/**
 * tfjs's WASM binary on shared memory, without its threads: ours (kernels/wasm/pool.ts) do the heavy work. tfjs's own
 * start-up cannot be used for this: it makes its workers from the source text of a function, which a minifier breaks,
 * and eight of them whatever the machine.
 */
import { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as factoryModule from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js';

/** What is used of the Emscripten module (4.22.0, pinned). */
interface EmscriptenModule {
  cwrap(name: string, returns: 'number' | null, parameters: 'number'[]): (...args: number[]) => number;
  readonly PThread: { terminateAllThreads(): void };
  tfjs?: unknown;
}
type Factory = (options: Record<string, unknown>) => Promise<EmscriptenModule>;

/** A worker that says it has loaded, and nothing else. */
const IDLE_WORKER = `onmessage = ({ data }) => { if (data.cmd === 'load') postMessage({ cmd: 'loaded' }); };`;

/**
 * A backend whose memory is a SharedArrayBuffer, made from tfjs's threaded binary. Throws where that much shared memory
 * cannot be reserved.
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
    // The functions that tfjs's own start-up adds.
    module.tfjs = {
      init: module.cwrap('init', null, []),
      // One thread: its operations then run where they are called.
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
