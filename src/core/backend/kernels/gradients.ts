/**
 * The gradients of the project's kernels, the same on every backend. tfjs evaluates only the closures of inputs on a
 * path to the variables: in an attack, which needs the gradient with respect to the image, the closures of filters
 * never run. First order only: the gradient kernels have no gradients.
 */
import * as tf from '@tensorflow/tfjs-core';
import { runKernel } from './run-kernel.ts';
import { KERNELS } from './signatures.ts';
import type { KernelKey, Signatures } from './signatures.ts';

type Grads = Record<string, () => tf.Tensor>;

function registerGradient<K extends KernelKey>(
  key: K,
  inputsToSave: (keyof Signatures[K]['inputs'] & string)[],
  outputsToSave: boolean[],
  gradFunc: (dy: tf.Tensor[], saved: tf.Tensor[], attrs: Signatures[K]['attrs']) => Grads,
): void {
  const kernelName = KERNELS[key];
  if (tf.getGradient(kernelName)) return;
  tf.registerGradient({
    kernelName,
    inputsToSave,
    outputsToSave,
    gradFunc: (dy, saved, attrs) => gradFunc(Array.isArray(dy) ? dy : [dy], saved, attrs as never),
  });
}

const inputGrad = (
  inputs: { dy: tf.Tensor; filter: tf.Tensor; plus?: tf.Tensor },
  x: tf.Tensor,
  attrs: Signatures['conv2d']['attrs'],
): tf.Tensor => runKernel('conv2dInputGrad', inputs, { ...attrs, inputShape: (x as tf.Tensor4D).shape })[0];

const filterGrad = (x: tf.Tensor, dy: tf.Tensor, filter: tf.Tensor, stride: 1 | 2): tf.Tensor =>
  runKernel('conv2dFilterGrad', { x, dy }, { filterShape: (filter as tf.Tensor4D).shape, stride })[0];

/** Registers every gradient; calling it again does nothing. */
export function registerGradients(): void {
  registerGradient('conv2d', ['x', 'filter'], [], ([dy], [x, filter], attrs) => ({
    x: () => inputGrad({ dy, filter }, x, attrs),
    filter: () => filterGrad(x, dy, filter, attrs.stride),
  }));

  registerGradient('conv2dPassing', ['x', 'filter'], [], ([dy, plus], [x, filter], attrs) => ({
    x: () => inputGrad({ dy, filter, plus }, x, attrs),
    filter: () => filterGrad(x, dy, filter, attrs.stride),
  }));

  registerGradient(
    'batchNormTrain',
    ['x', 'gamma', 'beta'],
    [true, true, true],
    ([dy], [x, gamma, beta, y, mean, variance], attrs) => {
      // One kernel computes all three, since dx needs the sums that are dgamma and dbeta.
      const [dx, dgamma, dbeta] = runKernel(
        'batchNormTrainGrad',
        { dy, x, y, gamma, beta, mean, variance },
        attrs,
      );
      return { x: () => dx, gamma: () => dgamma, beta: () => dbeta };
    },
  );

  registerGradient(
    'batchNormAddRelu',
    ['x', 'gamma'],
    [true, true, true],
    ([dy], [x, gamma, y, mean, variance], attrs) => {
      const inputs = { dy, x, y, gamma, mean, variance };
      const [dx, dresidual, dgamma, dbeta] = runKernel('batchNormAddReluGrad', inputs, attrs);
      return { x: () => dx, residual: () => dresidual, gamma: () => dgamma, beta: () => dbeta };
    },
  );

  registerGradient(
    'batchNormEval',
    ['x', 'gamma', 'mean', 'variance'],
    [true],
    ([dy], [x, gamma, mean, variance, y], attrs) => {
      const noGradient = (name: string) => () => {
        throw new Error(`batchNormEval has no gradient to '${name}': running statistics are constants.`);
      };
      const params = () => runKernel('batchNormEvalParamGrad', { dy, x, y, mean, variance }, attrs);
      return {
        x: () => runKernel('batchNormEvalGrad', { dy, y, gamma, variance }, attrs)[0],
        gamma: () => params()[0],
        beta: () => params()[1],
        mean: noGradient('mean'),
        variance: noGradient('variance'),
      };
    },
  );

  registerGradient('scaleInput', [], [], ([dy], _, { scale }) => ({ x: () => tf.mul(dy, scale) }));

  registerGradient('addRelu', [], [true], ([dy], [y]) => {
    const [dx] = runKernel('reluGrad', { dy, y }, {});
    // tfjs disposes a gradient after adding it to another, so each input needs its own clone.
    return { a: () => tf.clone(dx), b: () => tf.clone(dx) };
  });

  registerGradient('globalAveragePool', ['x'], [], ([dy], [x]) => ({
    x: () =>
      runKernel('globalAveragePoolGrad', { dy }, { height: x.shape[1] ?? 1, width: x.shape[2] ?? 1 })[0],
  }));

  registerGradient('matMul', ['a', 'b'], [], ([dy], [a, b], { transposeA, transposeB }) => {
    const product = (left: tf.Tensor, right: tf.Tensor, leftTransposed: boolean, rightTransposed: boolean) =>
      runKernel(
        'matMul',
        { a: left, b: right },
        { transposeA: leftTransposed, transposeB: rightTransposed },
      )[0];
    return {
      a: () => (transposeA ? product(b, dy, transposeB, true) : product(dy, b, false, !transposeB)),
      b: () => (transposeB ? product(dy, a, true, transposeA) : product(a, dy, !transposeA, false)),
      bias: () => tf.sum(dy, 0),
    };
  });

  registerGradient('crossEntropy', ['logits', 'labels'], [], ([dy], [logits, labels]) => ({
    logits: () => runKernel('crossEntropyGrad', { dy, logits, labels }, {})[0],
    labels: () => {
      throw new Error('crossEntropy has no gradient to its labels.');
    },
  }));

  registerGradient('cosineDistance', ['a', 'b'], [], ([dy], [a, b], attrs) => {
    const [da, db] = runKernel('cosineDistanceGrad', { dy, a, b }, attrs);
    return { a: () => da, b: () => db };
  });
}
