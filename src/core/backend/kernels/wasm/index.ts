/** Fast kernels of the WASM backend: our own WebAssembly on tfjs's memory. */
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { Arithmetic } from '../../arithmetic.ts';
import { genericKernel } from '../register.ts';
import type { KernelImplementation, KernelKey, KernelSet } from '../signatures.ts';
import * as bn from './batch-norm.ts';
import * as conv from './convolution.ts';
import * as head from './head.ts';
import { WasmProgram } from './module.ts';

const FLOAT = 4;
const size = (t: tf.TensorInfo): number => t.shape.reduce((a, b) => a * b, 1);
const wholeVectors = (t: tf.TensorInfo): boolean => t.shape[t.shape.length - 1] % 4 === 0;

/**
 * An elementwise pass over flat arrays: whole vectors directly, the last one to three elements through a copy.
 */
function flat(
  program: WasmProgram,
  name: string,
  inputs: readonly tf.TensorInfo[],
  outputCount: number,
  scalars: readonly number[],
): tf.TensorInfo[] {
  const count = size(inputs[0]);
  const outputs = Array.from({ length: outputCount }, () => program.output(inputs[0].shape));
  const pointers = [...inputs, ...outputs].map((t) => program.address(t));
  const whole = count - (count % 4);
  if (whole > 0) program.flat(name, pointers, whole, scalars);
  const rest = count - whole;
  if (rest > 0) {
    const tail = program.scratch('tail', pointers.length * 16);
    const slots = pointers.map((_, i) => tail + i * 16);
    pointers.slice(0, inputs.length).forEach((p, i) => {
      program.floats(slots[i], rest).set(program.floats(p + whole * FLOAT, rest));
    });
    program.flat(name, slots, 4, scalars);
    pointers.slice(inputs.length).forEach((p, i) => {
      program.floats(p + whole * FLOAT, rest).set(program.floats(slots[inputs.length + i], rest));
    });
  }
  return outputs;
}

/** `fast` if the inputs suit it, else the composition of stock ops. */
function orGeneric<K extends KernelKey>(
  key: K,
  suits: (inputs: Record<string, tf.TensorInfo>) => boolean,
  fast: KernelImplementation<K, BackendWasm>,
): KernelImplementation<K, BackendWasm> {
  const generic = genericKernel(key);
  return (args) => (suits(args.inputs as Record<string, tf.TensorInfo>) ? fast(args) : generic(args));
}

/**
 * The kernels for one backend instance with at most `threads` threads; none if the engine has no SIMD or tfjs's memory
 * cannot be reached.
 */
export async function createWasmKernels(
  backend: BackendWasm,
  threads: number,
): Promise<{ kernels: KernelSet<BackendWasm>; threads: number; arithmetic: Arithmetic }> {
  const program = await WasmProgram.of(backend, threads);
  if (!program) return { kernels: {}, threads: 1, arithmetic: 'wasm-stock' };
  replaceLargeSums(program);
  const arithmetic = program.fused ? 'wasm-fused' : 'wasm-separate';
  return { kernels: kernelsOf(program), threads: program.threads, arithmetic };
}

/** Number of elements from which sums use our kernel instead of tfjs's. */
const LARGE_SUM = 1 << 14;

/**
 * The gradient tape adds the gradients of a tensor that is used twice by tfjs's Add, which is slow and single-threaded.
 * Our kernel replaces it for large tensors of the same shape.
 */
function replaceLargeSums(program: WasmProgram): void {
  const stock = tf.getKernel('Add', 'wasm');
  tf.unregisterKernel('Add', 'wasm');
  const isFloat = (t: tf.TensorInfo): boolean => t.dtype === 'float32';
  tf.registerKernel({
    ...stock,
    kernelFunc: (args) => {
      const { a, b } = args.inputs as Record<'a' | 'b', tf.TensorInfo>;
      const large = size(a) >= LARGE_SUM && isFloat(a) && isFloat(b) && tf.util.arraysEqual(a.shape, b.shape);
      return large ? flat(program, 'add', [a, b], 1, [])[0] : stock.kernelFunc(args);
    },
  });
}

function kernelsOf(program: WasmProgram): KernelSet<BackendWasm> {
  const channelsOf = (name: string) => (inputs: Record<string, tf.TensorInfo>) => wholeVectors(inputs[name]);
  return {
    conv2d: ({ inputs: { x, filter }, attrs: { stride } }) => conv.conv2d(program, x, filter, stride),
    conv2dInputGrad: orGeneric(
      'conv2dInputGrad',
      ({ plus }) => !plus,
      ({ inputs: { dy, filter }, attrs: { inputShape, stride } }) =>
        conv.conv2dInputGrad(program, dy, filter, inputShape, stride),
    ),
    conv2dFilterGrad: orGeneric(
      'conv2dFilterGrad',
      channelsOf('dy'),
      ({ inputs: { x, dy }, attrs: { filterShape, stride } }) =>
        conv.conv2dFilterGrad(program, x, dy, filterShape, stride),
    ),
    batchNormTrain: orGeneric('batchNormTrain', channelsOf('x'), ({ inputs, attrs }) =>
      bn.batchNormTrain(program, inputs.x, inputs.gamma, inputs.beta, attrs.relu, attrs.epsilon),
    ),
    batchNormTrainGrad: orGeneric('batchNormTrainGrad', channelsOf('x'), ({ inputs, attrs }) =>
      bn.batchNormTrainGrad(program, inputs.dy, inputs, attrs.relu, attrs.epsilon),
    ),
    batchNormEval: orGeneric('batchNormEval', channelsOf('x'), ({ inputs, attrs }) =>
      bn.batchNormEval(program, inputs.x, inputs, attrs.relu, attrs.epsilon),
    ),
    batchNormEvalGrad: orGeneric('batchNormEvalGrad', channelsOf('dy'), ({ inputs, attrs }) =>
      bn.batchNormEvalGrad(program, inputs.dy, inputs, attrs.relu, attrs.epsilon),
    ),
    batchNormEvalParamGrad: orGeneric('batchNormEvalParamGrad', channelsOf('dy'), ({ inputs, attrs }) =>
      bn.batchNormParamGrad(program, inputs.dy, inputs, attrs.relu, attrs.epsilon),
    ),
    addRelu: ({ inputs: { a, b } }) => flat(program, 'addRelu', [a, b], 1, []),
    reluGrad: ({ inputs: { dy, y } }) => flat(program, 'reluGrad', [dy, y], 1, []),
    globalAveragePool: orGeneric('globalAveragePool', channelsOf('x'), ({ inputs: { x } }) =>
      bn.globalAveragePool(program, x),
    ),
    globalAveragePoolGrad: orGeneric(
      'globalAveragePoolGrad',
      channelsOf('dy'),
      ({ inputs: { dy }, attrs: { height, width } }) => bn.globalAveragePoolGrad(program, dy, height, width),
    ),
    crossEntropy: ({ inputs: { logits, labels } }) => head.crossEntropy(program, logits, labels),
    crossEntropyGrad: ({ inputs: { dy, logits, labels } }) =>
      head.crossEntropyGrad(program, dy, logits, labels),
    cosineDistance: ({ inputs: { a, b }, attrs: { epsilon } }) => head.cosineDistance(program, a, b, epsilon),
    cosineDistanceGrad: ({ inputs: { dy, a, b }, attrs: { epsilon } }) =>
      head.cosineDistanceGrad(program, dy, a, b, epsilon),
    runningStatistics: ({ inputs, attrs }) => head.runningStatistics(program, inputs, attrs),
    pgdStep: ({ inputs: { x, grad, x0 }, attrs: { stepSize, eps } }) =>
      flat(program, 'pgdStep', [x, grad, x0], 1, [stepSize, eps, -eps, 1]),
    sgd: ({ inputs, attrs: { count, lr, momentum, weightDecay } }) => {
      const updated = Array.from({ length: count }, (_, i) =>
        flat(program, 'sgd', [inputs[`p${i}`], inputs[`v${i}`], inputs[`g${i}`]], 2, [
          lr,
          momentum,
          weightDecay,
        ]),
      );
      return [...updated.map(([, p]) => p), ...updated.map(([v]) => v)];
    },
  };
}
