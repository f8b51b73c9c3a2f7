import * as tf from '@tensorflow/tfjs-core';

/** Whether operations return before they are computed, as on a GPU. */
export const isAsynchronous = (): boolean => ['webgpu', 'webgl'].includes(tf.getBackend());

/** Resolves when the device has finished all work submitted so far. */
export async function deviceIdle(): Promise<void> {
  if (!isAsynchronous()) return;
  const last = tf.tidy(() => tf.neg(tf.scalar(1)));
  await last.data();
  last.dispose();
}
