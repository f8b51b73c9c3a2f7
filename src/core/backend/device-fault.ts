import * as tf from '@tensorflow/tfjs-core';
import { errorMessage } from '../error-message.ts';

/** How long to wait for the device's answer. */
const PATIENCE_MS = 5_000;

const EXPECTED = 3;

/**
 * Asks the current device for 1 + 2. Null when the answer is right, or when none comes within five seconds, because the
 * device may be busy; else one sentence. Call it when a step has failed: reads from a lost device reject before the
 * browser reports the loss.
 */
export async function deviceFault(): Promise<string | null> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), PATIENCE_MS)));
  try {
    return await Promise.race([compute(), timeout]);
  } finally {
    clearTimeout(timer);
  }
}

async function compute(): Promise<string | null> {
  try {
    const sum = tf.tidy(() => tf.add(tf.tensor1d([1]), tf.tensor1d([2])));
    const [answer] = await sum.data().finally(() => sum.dispose());
    return answer === EXPECTED ? null : `The device computes wrongly: 1 + 2 gave ${answer}.`;
  } catch (error) {
    const why = errorMessage(error).split('\n')[0];
    return `The device does not compute any more: ${why.replace(/\.?$/, '.')}`;
  }
}
