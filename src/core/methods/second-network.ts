/** A second network, whose variables live in the contestant's store, so that SGD, checkpoints and disposal see them. */
import * as tf from '@tensorflow/tfjs-core';
import type { ResNet } from '../nn/resnet.ts';
import type { Network, StorePart } from '../nn/types.ts';

/**
 * Puts `second`'s variables into `network` as `<part>.<name>`: its weights among the trainable ones when the part is
 * trained, else among the buffers, which SGD does not move. `network` owns them from here on.
 */
export function adoptNetwork(network: Network, second: ResNet, part: StorePart): ResNet {
  network.parts.set(part.name, part);
  for (const [name, v] of second.trainable)
    (part.trained ? network.trainable : network.buffers).set(`${part.name}.${name}`, v);
  for (const [name, v] of second.buffers) network.buffers.set(`${part.name}.${name}`, v);
  return second;
}

/**
 * Copies every weight and statistic that both networks have under the same name. `to` gets memory of its own, because
 * the optimiser may change weights in place.
 */
export function copyNetwork(from: Network, to: Network): void {
  for (const map of ['trainable', 'buffers'] as const)
    for (const [name, v] of to[map]) {
      const source = from[map].get(name);
      if (source) tf.tidy(() => v.assign(tf.add(source, 0) as never));
    }
}
