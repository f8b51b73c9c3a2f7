/** Simulates faults of a device on tfjs's current backend, for tests. */
import * as tf from '@tensorflow/tfjs-core';

export interface Fault {
  /** Undoes the fault. */
  repair(): void;
}

type Read = (dataId: object) => Promise<tf.BackendValues>;

/**
 * Makes every read of a tensor reject with `AbortError`, as reads of a destroyed WebGPU device do before it reports
 * that it is lost. The first `after` reads still succeed.
 */
export function readsReject(message = 'Buffer was unmapped before mapping was resolved', after = 0): Fault {
  const backend = tf.backend() as unknown as { read: Read };
  const { read } = backend;
  let left = after;
  backend.read = async (dataId) => {
    if (left-- > 0) return read.call(backend, dataId);
    throw new DOMException(message, 'AbortError');
  };
  return { repair: () => void (backend.read = read) };
}

/** Makes every read of a tensor give zeros, as reads of a lost WebGL context do. */
export function readsZeros(): Fault {
  const backend = tf.backend() as unknown as { read: Read };
  const { read } = backend;
  backend.read = async (dataId) => {
    const values = await read.call(backend, dataId);
    return new (values.constructor as Float32ArrayConstructor)(values.length);
  };
  return { repair: () => void (backend.read = read) };
}

/** Makes one kernel throw `Error` once, after `after` successful calls. The device keeps working. */
export function kernelThrows(kernelName: string, message = 'out of memory', after = 0): Fault {
  const backendName = tf.getBackend();
  const kernel = tf.getKernel(kernelName, backendName);
  let left = after;
  let thrown = false;
  const put = (kernelFunc: tf.KernelFunc) => {
    tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ ...kernel, kernelFunc });
  };
  put((params) => {
    if (thrown || left-- > 0) return kernel.kernelFunc(params);
    thrown = true;
    throw new Error(message);
  });
  return { repair: () => put(kernel.kernelFunc) };
}

/** Destroys tfjs's WebGPU device or loses its WebGL context; neither comes back. Does nothing on other backends. */
export async function loseDevice(): Promise<void> {
  const backend = tf.backend() as unknown as {
    device?: GPUDevice;
    gpgpu?: { gl: WebGL2RenderingContext };
  };
  backend.gpgpu?.gl.getExtension('WEBGL_lose_context')?.loseContext();
  backend.device?.destroy();
  await backend.device?.lost;
}
