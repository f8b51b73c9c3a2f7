/** Names of the backends on the page. */
import type { BackendChoice, BackendName } from '../../core/settings/config.ts';

export const BACKEND_WORDS: Readonly<Record<BackendChoice, string>> = {
  auto: 'Automatic: the fastest that passes its self-test',
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'WebAssembly (CPU)',
  cpu: 'Plain JavaScript (slow)',
};

/** The text of a notice. The panel that it names says which backends were not used and why. */
export const slowerBackend = (backend: BackendName): string =>
  `Training runs on ${BACKEND_WORDS[backend]}, which may be slower than this machine could be: “Where it runs” says why.`;
