/** WebGL uses tfjs's own filter gradient, with one thread per weight; the composition has one per pair of channels. */
import * as tf from '@tensorflow/tfjs-core';
import type { KernelSet } from '../signatures.ts';

export const WEBGL_KERNELS: KernelSet = {
  conv2dFilterGrad: ({ inputs: { x, dy }, attrs: { filterShape, stride } }) =>
    tf.engine().runKernel('Conv2DBackpropFilter', { x: x as tf.Tensor, dy: dy as tf.Tensor }, {
      strides: [stride, stride],
      pad: (filterShape[0] - 1) / 2,
      dataFormat: 'NHWC',
      dimRoundingMode: null,
      filterShape,
    } as never) as tf.Tensor,
};
