/** How far apart the network's features of clean and adversarial images are: what ARAT's invariance term reduces. */
import * as tf from '@tensorflow/tfjs-core';
import { cosineDistance } from '../backend/ops.ts';
import { COSINE_EPSILON } from '../methods/arat/method.ts';
import type { ResNet } from '../nn/resnet.ts';

/**
 * Mean over `layers` and images of 1 - cos(z, z') in eval mode: z of x through the clean set, z' of xAdv through the
 * adv set, no predictor. x, xAdv [N,32,32,3] in [0,1]; the caller keeps them. Leaves no tensors.
 */
export async function featureDistance(
  network: ResNet,
  layers: readonly string[],
  x: tf.Tensor4D,
  xAdv: tf.Tensor4D,
): Promise<number> {
  const mean = tf.tidy(() => {
    const z = network.forward(x, { branch: 'clean', mode: 'eval', features: layers }).features;
    const zAdv = network.forward(xAdv, { branch: 'adv', mode: 'eval', features: layers }).features;
    const distances = layers.map((l) => tf.mean(cosineDistance(z[l], zAdv[l], COSINE_EPSILON)));
    return tf.mean(tf.stack(distances));
  });
  try {
    return (await mean.data())[0];
  } finally {
    mean.dispose();
  }
}
