/**
 * The network's forward pass in train mode with cross-entropy, and its gradients, in jax-js
 * (https://github.com/ekzhang/jax-js), as its users would write it: images [N,C,H,W], one `jit` around `valueAndGrad`.
 * The weights are copied from ours.
 *
 * jax-js counts references: a function takes over its arguments, and `.ref` keeps one alive for another use.
 */
import {
  blockUntilReady,
  defaultDevice,
  init,
  jit,
  lax,
  nn,
  numpy as np,
  tree,
  valueAndGrad,
} from '@jax-js/jax';
import type * as tf from '@tensorflow/tfjs-core';
import { BN_EPSILON } from '../../src/core/backend/ops.ts';
import { blocksOf, hasProjection } from '../../src/core/nn/architecture.ts';
import type { ResNet } from '../../src/core/nn/resnet.ts';

type Parameters = Record<string, np.Array>;

export interface JaxNetwork {
  /** One forward and backward pass; waits for the device. `jsMs`: until all was handed to the device. */
  run(): Promise<{ loss: number; jsMs: number }>;
  /** Loss, and the gradient of a parameter of rank 1 or 2. */
  check(parameter: string): Promise<{ loss: number; gradient: ArrayLike<number> }>;
}

const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });

/** HWIO filters become OIHW; all else stays. */
async function toJax(t: tf.Tensor): Promise<np.Array> {
  const values = np.array((await t.data()) as Float32Array<ArrayBuffer>).reshape([...t.shape]);
  return t.rank === 4 ? np.transpose(values, [3, 2, 0, 1]) : values;
}

function convolution(x: np.Array, filter: np.Array, stride: number): np.Array {
  const p = (filter.shape[2] - 1) / 2;
  return lax.conv(
    x,
    filter,
    [stride, stride],
    [
      [p, p],
      [p, p],
    ],
  );
}

function batchNorm(x: np.Array, gamma: np.Array, beta: np.Array): np.Array {
  const perChannel = (v: np.Array) => v.reshape([1, -1, 1, 1]);
  const centred = x.ref.sub(x.mean([0, 2, 3], { keepdims: true }));
  const variance = np.square(centred.ref).mean([0, 2, 3], { keepdims: true });
  const scale = perChannel(gamma).div(np.sqrt(variance.add(BN_EPSILON)));
  return centred.mul(scale).add(perChannel(beta));
}

/** Logits [N,classes]; every parameter of `p` is used once. */
function forward(network: ResNet, p: Parameters, x: np.Array): np.Array {
  const { spec } = network;
  const bn = (layer: string, h: np.Array) => {
    const prefix = network.bnPrefix(layer, 'adv');
    return batchNorm(h, p[`${prefix}.weight`], p[`${prefix}.bias`]);
  };
  const conv = (name: string, h: np.Array, stride: number) => convolution(h, p[`${name}.weight`], stride);
  const input = spec.inputScale > 0 ? x.sub(0.5).mul(spec.inputScale) : x;
  let h = nn.relu(bn('bn1', conv('conv1', input, spec.stemStride)));
  for (const b of blocksOf(spec)) {
    const shortcut = hasProjection(b)
      ? bn(`${b.name}.shortcut_bn`, conv(`${b.name}.shortcut`, h.ref, b.stride))
      : h.ref;
    const out = nn.relu(bn(`${b.name}.bn1`, conv(`${b.name}.conv1`, h, b.stride)));
    h = nn.relu(bn(`${b.name}.bn2`, conv(`${b.name}.conv2`, out, 1)).add(shortcut));
  }
  return np.matmul(h.mean([2, 3]), p['linear.weight']).add(p['linear.bias']);
}

/**
 * `parameters`: those of the `adv` branch, by name. x [N,32,32,3], y [N] int32. Throws where jax-js has no such device.
 */
export async function createJaxNetwork(
  network: ResNet,
  parameters: ReadonlyMap<string, tf.Variable>,
  x: tf.Tensor4D,
  y: tf.Tensor1D,
  device: 'webgpu' | 'wasm',
): Promise<JaxNetwork> {
  if (!(await init(device)).includes(device))
    throw new Error(`jax-js could not start its ${device} backend here.`);
  defaultDevice(device);
  const loss = (p: Parameters, images: np.Array, oneHot: np.Array): np.Array =>
    nn
      .logSoftmax(forward(network, p, images), -1)
      .mul(oneHot)
      .sum()
      .mul(-1 / x.shape[0]);
  const step = jit(valueAndGrad(loss)) as unknown as (
    p: Parameters,
    images: np.Array,
    oneHot: np.Array,
  ) => [np.Array, Parameters];

  const p: Parameters = {};
  for (const [name, v] of parameters) p[name] = await toJax(v);
  const nhwc = np.array((await x.data()) as Float32Array<ArrayBuffer>).reshape([...x.shape]);
  const images = np.transpose(nhwc, [0, 3, 1, 2]);
  const labels = np.array((await y.data()) as Int32Array<ArrayBuffer>, { dtype: np.int32 });
  const oneHot = nn.oneHot(labels, network.classes);
  await blockUntilReady([images, oneHot, ...Object.values(p)]);

  const call = () => step(tree.ref(p), images.ref, oneHot.ref);
  return {
    async run() {
      const begun = performance.now();
      const [value, gradients] = call();
      // Its work is handed to the GPU in microtasks of this promise; the next task finds them done.
      const ready = blockUntilReady([value, ...Object.values(gradients)]);
      await nextTask();
      const jsMs = performance.now() - begun;
      await ready;
      Object.values(gradients).forEach((g) => g.dispose());
      const [result] = await value.data();
      return { loss: result, jsMs };
    },
    async check(parameter) {
      const [value, { [parameter]: wanted, ...others }] = call();
      Object.values(others).forEach((g) => g.dispose());
      return { loss: (await value.data())[0], gradient: await wanted.data() };
    },
  };
}
