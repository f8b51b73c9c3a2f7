/** The WebGL backend: for browsers with a GPU and no WebGPU. */
import type { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendEnvironment, StartedBackend } from './backend.ts';
import { registerCompositions, registerFastKernels } from './kernels/register.ts';
import { WEBGL_KERNELS } from './kernels/webgl/index.ts';
import { isSoftwareAdapter } from './software-adapter.ts';
import { BackendUnavailable } from './unavailable.ts';

function createCanvas(): HTMLCanvasElement | OffscreenCanvas | null {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(1, 1);
  return typeof document === 'undefined' ? null : document.createElement('canvas');
}

/** The unmasked renderer's name, or null where there is no WebGL 2. */
function probeRenderer(): string | null {
  const gl = createCanvas()?.getContext('webgl2') as WebGL2RenderingContext | null | undefined;
  if (!gl) return null;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return String(renderer);
}

/** Starts it. Throws `BackendUnavailable` where there is no WebGL 2, no float32 rendering, or only a software renderer and that is not allowed. */
export async function startWebGl(
  allowSoftware: boolean,
  environment: BackendEnvironment,
): Promise<StartedBackend> {
  const renderer = probeRenderer();
  if (renderer === null) throw new BackendUnavailable('there is no WebGL 2 here.');
  const software = isSoftwareAdapter(renderer);
  if (software && !allowSoftware) throw new BackendUnavailable(`its renderer is software (${renderer}).`);
  await import('@tensorflow/tfjs-backend-webgl');
  // Small tensors would otherwise be computed in JavaScript behind our back.
  tf.env().set('WEBGL_CPU_FORWARD', false);
  if (!tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')) {
    throw new BackendUnavailable('it cannot render to 32-bit floats on this device.');
  }
  if (!(await tf.setBackend('webgl'))) throw new BackendUnavailable('tfjs could not start it.');
  const backend = tf.backend() as unknown as MathBackendWebGL;
  backend.gpgpu.gl.canvas.addEventListener('webglcontextlost', () =>
    environment.onLost?.('The browser took the WebGL context away.'),
  );
  registerFastKernels('webgl', WEBGL_KERNELS);
  return {
    device: `WebGL on ${renderer}`,
    software,
    useCompositions: () => registerCompositions('webgl'),
  };
}
