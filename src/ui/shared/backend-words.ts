/** Names of the backends on the page. */
import type { BackendChoice, BackendName } from '../../core/settings/config.ts';
import type { DeviceInfo } from '../../worker/api.ts';

export const BACKEND_WORDS: Readonly<Record<BackendChoice, string>> = {
  auto: 'Automatic: the fastest that passes its self-test',
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  wasm: 'WebAssembly (CPU)',
  cpu: 'Plain JavaScript (slow)',
};

/** The text of a notice. The panel “Where it runs” says which backends were not used and why. */
export const slowerBackend = (backend: BackendName): string =>
  `Training runs on ${BACKEND_WORDS[backend]}, which may be slower than this machine could be: “Where it runs” in the settings says why.`;

/** Whether WebAssembly runs only because no GPU could be used, and nothing else was passed over or failed. */
export const lacksGpu = ({ backend, warnings }: Pick<DeviceInfo, 'backend' | 'warnings'>): boolean =>
  backend === 'wasm' &&
  warnings.length > 0 &&
  warnings.every((w) => /^The web(gpu|gl) backend was passed over: /.test(w));
