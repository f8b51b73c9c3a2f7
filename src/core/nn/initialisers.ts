/**
 * PyTorch's default initialisation, with a random stream per parameter name, so that every method of a race starts from
 * the same weights.
 */
import * as tf from '@tensorflow/tfjs-core';
import { RandomStream } from '../random/random.ts';

/**
 * U(-1/sqrt(fanIn), 1/sqrt(fanIn)): nn.Conv2d and nn.Linear (kaiming_uniform with a = sqrt(5), and their bias). Caller
 * owns the tensor.
 */
export function pytorchUniform(seed: number, name: string, shape: number[], fanIn: number): tf.Tensor {
  const bound = 1 / Math.sqrt(fanIn);
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    RandomStream.of(seed, `initialise ${name}`).uniformArray(size, -bound, bound),
    shape,
    'float32',
  );
}

/**
 * N(0, 2 / (k^2 out)), as the official codes initialise the convolutions [k,k,in,out] of wide networks. Caller owns the
 * tensor.
 */
export function wideNormal(seed: number, name: string, shape: [number, number, number, number]): tf.Tensor {
  const [k, , , out] = shape;
  const deviation = Math.sqrt(2 / (k * k * out));
  const size = shape.reduce((a, b) => a * b, 1);
  const values = RandomStream.of(seed, `initialise ${name}`).normalArray(size);
  return tf.tidy(() => tf.mul(tf.tensor(values, shape, 'float32'), deviation));
}
