/** Starts the WebGL backend, for browsers with a GPU and no WebGPU. */
import * as tf from '@tensorflow/tfjs-core';
import { arrived } from './arrival.ts';
import type { BackendEnvironment, StartedBackend } from './types.ts';
import { registerCompositions, registerFastKernels } from '../kernels/register.ts';
import { WEBGL_KERNELS } from '../kernels/webgl/index.ts';
import { isSoftwareAdapter } from './software-adapter.ts';
import { BackendUnavailable } from './unavailable.ts';

function createCanvas(): HTMLCanvasElement | OffscreenCanvas | null {
  if (typeof OffscreenCanvas !== 'undefined') return new OffscreenCanvas(1, 1);
  return typeof document === 'undefined' ? null : document.createElement('canvas');
}

/** The unmasked renderer's name, or null if there is no WebGL 2. */
function probeRenderer(): string | null {
  const gl = createCanvas()?.getContext('webgl2') as WebGL2RenderingContext | null | undefined;
  if (!gl) return null;
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer: unknown = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  gl.getExtension('WEBGL_lose_context')?.loseContext();
  return String(renderer);
}

/** The backend of the last start; `release` ends its context without reporting a loss. */
let current: { release(): void } | null = null;

/**
 * A backend on a new canvas, which replaces the one before. tfjs would keep one backend, one context and one list of
 * compiled programs for ever; after a lost context none of them can be used.
 */
async function freshBackend(environment: BackendEnvironment): Promise<tf.KernelBackend> {
  const { MathBackendWebGL } = await import('@tensorflow/tfjs-backend-webgl');
  const canvas = createCanvas();
  if (!canvas) throw new BackendUnavailable('there is no canvas here.');
  current?.release();
  if (tf.findBackendFactory('webgl')) removeBackend();
  const backend = new MathBackendWebGL(canvas);
  const gl = backend.gpgpu.gl as WebGL2RenderingContext;
  endWaitsWhenLost(gl);
  let released = false;
  canvas.addEventListener('webglcontextlost', () => {
    if (!released) environment.onLost?.('The browser took the WebGL context away.');
  });
  current = {
    release() {
      released = true;
      gl.getExtension('WEBGL_lose_context')?.loseContext();
    },
  };
  return backend;
}

/**
 * tfjs waits for a fence before it reads, and the fences of a lost context are never signalled, so that a race would
 * wait for ever. This makes them signalled; the reads then give zeros.
 */
function endWaitsWhenLost(gl: WebGL2RenderingContext): void {
  const wait = gl.clientWaitSync.bind(gl);
  gl.clientWaitSync = (...args) => (gl.isContextLost() ? gl.ALREADY_SIGNALED : wait(...args));
}

function removeBackend(): void {
  try {
    tf.removeBackend('webgl');
  } catch {
    // The resources of a lost context cannot always be released, and need not be.
  }
}

/**
 * Starts the backend and registers the fast kernels. Throws `BackendUnavailable` if there is no WebGL 2 or no float32
 * rendering, or if the renderer is software and `allowSoftware` is false.
 */
export async function startWebGl(
  allowSoftware: boolean,
  environment: BackendEnvironment,
): Promise<StartedBackend> {
  const renderer = probeRenderer();
  if (renderer === null) throw new BackendUnavailable('there is no WebGL 2 here.');
  const software = isSoftwareAdapter(renderer);
  if (software && !allowSoftware) throw new BackendUnavailable(`its renderer is software (${renderer}).`);
  await arrived(import('@tensorflow/tfjs-backend-webgl'), environment.arrivalMs);
  // tfjs would otherwise compute small tensors in JavaScript.
  tf.env().set('WEBGL_CPU_FORWARD', false);
  if (!tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')) {
    throw new BackendUnavailable('it cannot render to 32-bit floats on this device.');
  }
  const backend = await freshBackend(environment);
  tf.registerBackend('webgl', () => backend);
  if (!(await tf.setBackend('webgl'))) throw new BackendUnavailable('tfjs could not start it.');
  registerFastKernels('webgl', WEBGL_KERNELS);
  return {
    device: `WebGL on ${renderer}`,
    software,
    arithmetic: 'webgl',
    useCompositions: () => registerCompositions('webgl'),
  };
}
