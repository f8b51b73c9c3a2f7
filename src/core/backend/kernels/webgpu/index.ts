/** Fast kernels of the WebGPU backend: our own compute shaders, which run beside those of tfjs. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import type { KernelSet } from '../signatures.ts';
import { augmentBatch } from './augment.ts';
import * as evaluated from './batch-norm-eval.ts';
import * as trained from './batch-norm-train.ts';
import * as convolution from './convolution.ts';
import * as elementwise from './elementwise.ts';
import { conv2dFilterGrad } from './filter-gradient.ts';
import * as losses from './losses.ts';
import { matMul } from './matrix.ts';
import * as pool from './pool.ts';
import { randomStart } from './random-start.ts';
import type { Runner } from './runner.ts';
import { runningStatistics } from './running-statistics.ts';
import { sgd } from './sgd.ts';

/** The kernels for the backend instance of `runner`. */
export function createWebGpuKernels(runner: Runner): KernelSet<WebGPUBackend> {
  return {
    conv2d: ({ inputs, attrs }) => convolution.conv2d(runner, inputs, attrs),
    conv2dInputGrad: ({ inputs, attrs }) => convolution.conv2dInputGrad(runner, inputs, attrs),
    conv2dFilterGrad: ({ inputs: { x, dy }, attrs: { filterShape, stride } }) =>
      conv2dFilterGrad(runner, x, dy, filterShape, stride),
    batchNormTrain: ({ inputs, attrs }) => trained.batchNormTrain(runner, inputs, attrs),
    batchNormTrainGrad: ({ inputs, attrs }) => trained.batchNormTrainGrad(runner, inputs, attrs),
    batchNormAddRelu: ({ inputs, attrs: { epsilon } }) =>
      trained.batchNormTrain(runner, inputs, { relu: true, epsilon }),
    batchNormAddReluGrad: ({ inputs, attrs: { epsilon } }) =>
      trained.batchNormTrainGrad(runner, inputs, { relu: true, residual: true, epsilon }),
    batchNormEval: ({ inputs, attrs }) => evaluated.batchNormEval(runner, inputs, attrs),
    batchNormEvalGrad: ({ inputs, attrs }) => evaluated.batchNormEvalGrad(runner, inputs, attrs),
    batchNormEvalParamGrad: ({ inputs, attrs }) => evaluated.batchNormEvalParamGrad(runner, inputs, attrs),
    scaleInput: ({ inputs: { x }, attrs: { scale } }) => elementwise.scaleInput(runner, x, scale),
    addRelu: ({ inputs: { a, b } }) => elementwise.addRelu(runner, a, b),
    reluGrad: ({ inputs: { dy, y } }) => elementwise.reluGrad(runner, dy, y),
    globalAveragePool: ({ inputs: { x } }) => pool.globalAveragePool(runner, x),
    globalAveragePoolGrad: ({ inputs: { dy }, attrs: { height, width } }) =>
      pool.globalAveragePoolGrad(runner, dy, height, width),
    matMul: ({ inputs, attrs }) => matMul(runner, inputs, attrs),
    crossEntropy: ({ inputs }) => losses.crossEntropy(runner, inputs),
    crossEntropyGrad: ({ inputs }) => losses.crossEntropyGrad(runner, inputs),
    cosineDistance: ({ inputs, attrs: { epsilon } }) => losses.cosineDistance(runner, inputs, epsilon),
    cosineDistanceGrad: ({ inputs, attrs: { epsilon } }) =>
      losses.cosineDistanceGrad(runner, inputs, epsilon),
    runningStatistics: ({ inputs, attrs }) => runningStatistics(runner, inputs, attrs),
    pgdStep: ({ inputs, attrs: { stepSize, eps } }) => elementwise.pgdStep(runner, inputs, stepSize, eps),
    sgd: ({ inputs, attrs }) => sgd(runner, inputs, attrs),
    augmentBatch: ({ inputs }) => augmentBatch(runner, inputs),
    randomStart: ({ inputs, attrs }) => randomStart(runner, inputs, attrs),
  };
}
