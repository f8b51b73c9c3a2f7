import * as tf from '@tensorflow/tfjs-core';
import { errorMessage } from '../error-message.ts';
import { within } from '../time-limit.ts';

/** How long to wait for the device's answer, in milliseconds. */
const PATIENCE_MS = 5_000;

const EXPECTED = 3;

/**
 * Lets the current device compute 1 + 2. Null if the answer is right, or if none comes within five seconds, because the
 * device may be busy; else a sentence on what is wrong. Call it when a step has failed, since reads from a lost device
 * reject before the browser reports the loss.
 */
export const deviceFault = (): Promise<string | null> => within(compute(), PATIENCE_MS, () => null);

async function compute(): Promise<string | null> {
  try {
    const sum = tf.tidy(() => tf.add(tf.tensor1d([1]), tf.tensor1d([2])));
    const [answer] = await sum.data().finally(() => sum.dispose());
    return answer === EXPECTED ? null : `The device computes wrong results: 1 + 2 gave ${answer}.`;
  } catch (error) {
    const why = errorMessage(error).split('\n')[0];
    return `The device does not compute any more: ${why.replace(/\.?$/, '.')}`;
  }
}
