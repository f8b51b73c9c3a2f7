/** Faults of a device, made to order on whatever backend tfjs runs: for tests of what survives them. */
import * as tf from '@tensorflow/tfjs-core';

export interface Fault {
  /** The device works again. */
  repair(): void;
}

type Read = (dataId: object) => Promise<tf.BackendValues>;

/**
 * Every read rejects, as those of a destroyed WebGPU device do before the device says that it is lost.
 * `after`: reads that still succeed.
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

/** Every read gives zeros, as those of a lost WebGL context do. */
export function readsZeros(): Fault {
  const backend = tf.backend() as unknown as { read: Read };
  const { read } = backend;
  backend.read = async (dataId) => {
    const values = await read.call(backend, dataId);
    return new (values.constructor as Float32ArrayConstructor)(values.length);
  };
  return { repair: () => void (backend.read = read) };
}

/** The kernel of one operation throws once, after `after` calls that succeed. The device itself stays whole. */
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

/** Takes the GPU away from tfjs for good: destroys the WebGPU device, or loses the WebGL context. */
export async function loseDevice(): Promise<void> {
  const backend = tf.backend() as unknown as {
    device?: GPUDevice;
    gpgpu?: { gl: WebGL2RenderingContext };
  };
  backend.gpgpu?.gl.getExtension('WEBGL_lose_context')?.loseContext();
  backend.device?.destroy();
  await backend.device?.lost;
}
