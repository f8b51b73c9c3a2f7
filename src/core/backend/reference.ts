/**
 * Every kernel of kernels/signatures.ts as a composition of stock tfjs ops. A backend without a fast version runs
 * these, and every fast version is tested against them. They follow the formulas there and are not tuned for speed.
 */
import * as tf from '@tensorflow/tfjs-core';
import { philoxNormal, philoxUniform } from '../random/philox.ts';
import { runKernel } from './kernels/run-kernel.ts';
import type { KernelKey, Signatures } from './kernels/signatures.ts';

/** The composition of one kernel, called within a tidy. */
type Composition<K extends KernelKey> = (
  inputs: { [N in keyof Signatures[K]['inputs']]: tf.Tensor },
  attrs: Signatures[K]['attrs'],
) => tf.Tensor[];

const channelAxes = (x: tf.Tensor): number[] => x.shape.slice(0, -1).map((_, i) => i);
const sumOverRows = (x: tf.Tensor): tf.Tensor => tf.sum(x, channelAxes(x));
const mask = (dy: tf.Tensor, y: tf.Tensor, relu: boolean): tf.Tensor => (relu ? tf.mul(dy, tf.step(y)) : dy);
/** One-hot labels as float32, of the logits' shape. */
const oneHot = (labels: tf.Tensor, logits: tf.Tensor): tf.Tensor =>
  tf.cast(tf.oneHot(labels, logits.shape[1] ?? 0), 'float32');
const padOf = (filterShape: readonly number[]): number => (filterShape[0] - 1) / 2;

/**
 * The filter gradient as one matrix product per filter tap: rows are output positions, so
 * dfilter[u,v] = (x shifted by (u,v), strided)^T dy. Stock Conv2DBackpropFilter does not exist on every backend.
 */
function filterGrad(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  filterShape: [number, number, number, number],
  stride: number,
): tf.Tensor4D {
  const [kh, kw, cin, cout] = filterShape;
  const [n, oh, ow] = dy.shape;
  const pad = padOf(filterShape);
  // The last tap needs (o-1)*stride + k rows; with an even size and stride 2 the padding below is never read.
  const padded = tf.pad(x, [
    [0, 0],
    [pad, pad],
    [pad, pad],
    [0, 0],
  ]);
  const dyRows = tf.reshape(dy, [n * oh * ow, cout]);
  const taps: tf.Tensor[] = [];
  for (let u = 0; u < kh; u++) {
    for (let v = 0; v < kw; v++) {
      const window = tf.stridedSlice(
        padded,
        [0, u, v, 0],
        [n, u + (oh - 1) * stride + 1, v + (ow - 1) * stride + 1, cin],
        [1, stride, stride, 1],
      );
      taps.push(tf.matMul(tf.reshape(window, [n * oh * ow, cin]), dyRows, true, false));
    }
  }
  return tf.reshape(tf.stack(taps), filterShape) as tf.Tensor4D;
}

export const REFERENCE: { readonly [K in KernelKey]: Composition<K> } = {
  conv2d: ({ x, filter }, { stride }) => [
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, stride, padOf(filter.shape)),
  ],

  conv2dPassing: ({ x, filter }, attrs) => [...runKernel('conv2d', { x, filter }, attrs), tf.clone(x)],

  conv2dInputGrad: ({ dy, filter, plus }, { inputShape, stride }) => {
    if (plus) {
      const [dx] = runKernel('conv2dInputGrad', { dy, filter }, { inputShape, stride });
      return [tf.add(dx, plus)];
    }
    return [
      tf.engine().runKernel('Conv2DBackpropInput', { dy, filter }, {
        strides: [stride, stride],
        pad: padOf(filter.shape),
        dataFormat: 'NHWC',
        inputShape,
      } as never) as tf.Tensor,
    ];
  },

  conv2dFilterGrad: ({ x, dy }, { filterShape, stride }) => [
    filterGrad(x as tf.Tensor4D, dy as tf.Tensor4D, filterShape, stride),
  ],

  batchNormTrain: ({ x, gamma, beta }, { relu, epsilon }) => {
    const axes = channelAxes(x);
    const mean = tf.mean(x, axes);
    const centred = tf.sub(x, mean);
    const variance = tf.mean(tf.square(centred), axes);
    const z = tf.add(tf.mul(centred, tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)))), beta);
    return [relu ? tf.relu(z) : z, mean, variance];
  },

  batchNormTrainGrad: ({ dy, x, y, gamma, mean, variance }, { relu, epsilon }) => {
    const dz = mask(dy, y, relu);
    const invStd = tf.rsqrt(tf.add(variance, epsilon));
    const xhat = tf.mul(tf.sub(x, mean), invStd);
    const count = x.size / gamma.size;
    const dbeta = sumOverRows(dz);
    const dgamma = sumOverRows(tf.mul(dz, xhat));
    const dx = tf.mul(
      tf.mul(gamma, invStd),
      tf.sub(tf.sub(dz, tf.div(dbeta, count)), tf.mul(xhat, tf.div(dgamma, count))),
    );
    return [dx, dgamma, dbeta];
  },

  // These two call other kernels of the project, which may have fast versions on a backend that lacks these.
  batchNormAddRelu: ({ x, residual, gamma, beta }, { epsilon }) => {
    const [z, mean, variance] = runKernel('batchNormTrain', { x, gamma, beta }, { relu: false, epsilon });
    return [...runKernel('addRelu', { a: z, b: residual }, {}), mean, variance];
  },

  batchNormAddReluGrad: ({ dy, x, y, gamma, mean, variance }, { epsilon }) => {
    const [dz] = runKernel('reluGrad', { dy, y }, {});
    // With relu: false, BatchNorm's gradient reads neither y nor beta.
    const inputs = { dy: dz, x, y, gamma, beta: gamma, mean, variance };
    const [dx, ...parameters] = runKernel('batchNormTrainGrad', inputs, { relu: false, epsilon });
    return [dx, dz, ...parameters];
  },

  batchNormEval: ({ x, gamma, beta, mean, variance }, { relu, epsilon }) => {
    const scale = tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)));
    const z = tf.add(tf.mul(x, scale), tf.sub(beta, tf.mul(mean, scale)));
    return [relu ? tf.relu(z) : z];
  },

  batchNormEvalGrad: ({ dy, y, gamma, variance }, { relu, epsilon }) => [
    tf.mul(mask(dy, y, relu), tf.mul(gamma, tf.rsqrt(tf.add(variance, epsilon)))),
  ],

  batchNormEvalParamGrad: ({ dy, x, y, mean, variance }, { relu, epsilon }) => {
    const dz = mask(dy, y, relu);
    const xhat = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
    return [sumOverRows(tf.mul(dz, xhat)), sumOverRows(dz)];
  },

  scaleInput: ({ x }, { scale }) => [tf.mul(tf.sub(x, 0.5), scale)],
  addRelu: ({ a, b }) => [tf.relu(tf.add(a, b))],

  reluGrad: ({ dy, y }) => [tf.mul(dy, tf.step(y))],

  globalAveragePool: ({ x }) => [tf.mean(x, [1, 2])],

  globalAveragePoolGrad: ({ dy }, { height, width }) => {
    const [n, c] = dy.shape;
    return [tf.tile(tf.reshape(tf.div(dy, height * width), [n, 1, 1, c]), [1, height, width, 1])];
  },

  matMul: ({ a, b, bias }, { transposeA, transposeB }) => {
    const product = tf.matMul(a, b, transposeA, transposeB);
    return [bias ? tf.add(product, bias) : product];
  },

  crossEntropy: ({ logits, labels }) => [
    tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), oneHot(labels, logits)), 1)),
  ],

  crossEntropyGrad: ({ dy, logits, labels }) => [
    tf.mul(tf.sub(tf.softmax(logits), oneHot(labels, logits)), tf.expandDims(dy, 1)),
  ],

  cosineDistance: ({ a, b }, { epsilon }) => {
    const norms = tf.mul(tf.sum(tf.square(a), 1), tf.sum(tf.square(b), 1));
    return [tf.sub(1, tf.div(tf.sum(tf.mul(a, b), 1), tf.sqrt(tf.add(norms, epsilon ** 2))))];
  },

  cosineDistanceGrad: ({ dy, a, b }, { epsilon }) => {
    const [aa, bb, ab] = [tf.mul(a, a), tf.mul(b, b), tf.mul(a, b)].map((t) => tf.sum(t, 1, true));
    const r = tf.rsqrt(tf.add(tf.mul(aa, bb), epsilon ** 2));
    const scale = tf.mul(tf.expandDims(dy, 1), r);
    const along = (x: tf.Tensor, other: tf.Tensor) => tf.mul(tf.mul(ab, tf.mul(tf.square(r), other)), x);
    return [tf.mul(scale, tf.sub(along(a, bb), b)), tf.mul(scale, tf.sub(along(b, aa), a))];
  },

  runningStatistics: ({ runningMean, runningVariance, mean, variance }, { momentum, correction }) => [
    tf.add(tf.mul(runningMean, 1 - momentum), tf.mul(mean, momentum)),
    tf.add(tf.mul(runningVariance, 1 - momentum), tf.mul(variance, momentum * correction)),
  ],

  pgdStep: ({ x, grad, x0 }, { stepSize, eps }) => {
    // Not tf.sign, which on WASM is 0 for values below about 1e-7, as small as a saturated model's gradients.
    const sign = tf.sub(tf.step(grad), tf.step(tf.neg(grad)));
    const moved = tf.add(x, tf.mul(sign, stepSize));
    return [tf.clipByValue(tf.add(x0, tf.clipByValue(tf.sub(moved, x0), -eps, eps)), 0, 1)];
  },

  sgd: (inputs, { count, lr, momentum, weightDecay }) => {
    const p: tf.Tensor[] = [];
    const v: tf.Tensor[] = [];
    for (let i = 0; i < count; i++) {
      const decayed = tf.add(inputs[`g${i}`], tf.mul(inputs[`p${i}`], weightDecay));
      v.push(tf.add(tf.mul(inputs[`v${i}`], momentum), decayed));
      p.push(tf.sub(inputs[`p${i}`], tf.mul(v[i], lr)));
    }
    return [...p, ...v];
  },

  augmentBatch: ({ images, levels, draws }) => {
    const size = Math.sqrt(images.shape[1]!);
    const last = size - 1;
    const batch = draws.shape[0];
    const [index, dx, dy, mirrored] = [0, 1, 2, 3].map((k) =>
      tf.reshape(tf.slice(draws as tf.Tensor2D, [0, k], [batch, 1]), [batch]),
    );
    const column = (t: tf.Tensor) => tf.reshape(tf.cast(t, 'float32'), [batch, 1, 1]);
    const along = (shape: number[]) => tf.reshape(tf.range(0, size), shape);
    const j = along([1, 1, size]);
    const sy = tf.add(along([1, size, 1]), column(dy));
    const sx = tf.add(tf.add(j, tf.mul(column(mirrored), tf.sub(last, tf.mul(j, 2)))), column(dx));
    const within = (s: tf.Tensor) => tf.mul(tf.step(tf.add(s, 0.5)), tf.step(tf.sub(last + 0.5, s)));
    const inside = tf.mul(within(sy), within(sx));
    const first = tf.mul(tf.reshape(tf.range(0, batch), [batch, 1, 1]), size * size);
    const pixelOf = tf.add(
      first,
      tf.add(tf.mul(tf.clipByValue(sy, 0, last), size), tf.clipByValue(sx, 0, last)),
    );
    const rows = tf.reshape(tf.gather(images, tf.cast(index, 'int32')), [-1]);
    // 24 bits, which a float32 holds exactly.
    const pixel = tf.cast(tf.gather(rows, tf.cast(pixelOf, 'int32')), 'float32');
    const red = tf.floor(tf.div(pixel, 65536));
    const greenBlue = tf.sub(pixel, tf.mul(red, 65536));
    const green = tf.floor(tf.div(greenBlue, 256));
    const blue = tf.sub(greenBlue, tf.mul(green, 256));
    const channels = tf.cast(tf.stack([red, green, blue], 3), 'int32');
    return [tf.mul(tf.gather(levels, channels), tf.expandDims(inside, 3))];
  },

  // Stock operations have no 32-bit products, so the numbers are drawn in JavaScript.
  randomStart: ({ key }, { shape, distribution }) => {
    const draw = distribution === 'uniform' ? philoxUniform : philoxNormal;
    return [tf.tensor(draw(tf.util.sizeFromShape(shape), key.dataSync()), shape)];
  },
};
