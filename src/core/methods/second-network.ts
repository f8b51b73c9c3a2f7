/** A network beside the contestant's own: its variables live in the contestant's store, so that SGD, checkpoints and disposal see them. */
import * as tf from '@tensorflow/tfjs-core';
import type { ResNet } from '../nn/resnet.ts';
import type { Network } from '../nn/types.ts';

/**
 * Puts `second`'s variables into `network` as `<prefix>.<name>`: weights among the trainable ones when `trained`, else, like running
 * statistics, among the buffers, which SGD leaves alone. `network` owns them from here on.
 */
export function adoptNetwork(network: Network, second: ResNet, prefix: string, trained: boolean): ResNet {
  for (const [name, v] of second.trainable)
    (trained ? network.trainable : network.buffers).set(`${prefix}.${name}`, v);
  for (const [name, v] of second.buffers) network.buffers.set(`${prefix}.${name}`, v);
  return second;
}

/**
 * Copies every weight and statistic that both have under the same name; into memory of its own, because the optimiser may change weights in
 * place.
 */
export function copyNetwork(from: Network, to: Network): void {
  for (const map of ['trainable', 'buffers'] as const)
    for (const [name, v] of to[map]) {
      const source = from[map].get(name);
      if (source) tf.tidy(() => v.assign(tf.add(source, 0) as never));
    }
}
