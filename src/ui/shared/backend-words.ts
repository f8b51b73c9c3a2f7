/** Backends in the visitor's words. */
import type { BackendChoice, BackendName } from '../../core/settings/config.ts';

export const BACKEND_WORDS: Readonly<Record<BackendChoice, string>> = {
  auto: 'Automatic: the fastest that is right here',
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'WebAssembly (CPU)',
  cpu: 'Plain JavaScript (slow)',
};

/** For a toast; what exactly was passed over, and why, stands in the panel that it names. */
export const slowerBackend = (backend: BackendName): string =>
  `Training runs on ${BACKEND_WORDS[backend]}, which may be slower than this machine could be: “Where it runs” says why.`;
