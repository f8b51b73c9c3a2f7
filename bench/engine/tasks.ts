/**
 * The tasks that a host (a worker in the browser, a process in Node) runs: start a backend, prepare the demo network at
 * a given size, repeat a piece of work. A host keeps its state between calls, so that two hosts, or two implementations
 * in one host, can be measured in turn.
 */
import * as tf from '@tensorflow/tfjs-core';
import { ascend } from '../../src/core/attacks/pgd.ts';
import { crossEntropy, crossEntropyPerExample } from '../../src/core/attacks/losses.ts';
import { initialiseBackend } from '../../src/core/backend/backend.ts';
import { registerCompositions } from '../../src/core/backend/kernels/register.ts';
import { setStepCapture, stepCapture, type StepCapture } from '../../src/core/backend/step-capture.ts';
import type { BackendName, ExperimentConfig } from '../../src/core/settings/config.ts';
import type { Dataset } from '../../src/core/data/dataset.ts';
import { syntheticDataset } from '../../src/core/data/synthetic.ts';
import { CATALOGUE } from '../../src/core/methods/catalogue.ts';
import { contestant } from '../../src/core/experiments/contestant.ts';
import { networkCost } from '../../src/core/nn/architecture.ts';
import { PRESETS } from '../../src/core/experiments/presets.ts';
import { Trainer } from '../../src/core/training/trainer.ts';
import { convolutionWork } from './convolutions.ts';
import { countGpu, gpuCounts } from './gpu-counters.ts';

/** The demo network at another size. */
export interface Size {
  readonly width: number;
  readonly batch: number;
  readonly attackSteps: number;
}

/**
 * - aratStep: one ARAT training step: attack, loss, gradients, SGD.
 * - pgdStep: one step of its attack: gradient to the image in train mode, sign, projection.
 * - forwardBackward: cross-entropy and its gradient to every parameter, batch statistics.
 * - jaxForwardBackward: the same in jax-js.
 * - forwardConvolutions: the network's convolutions alone, forward, by stock tfjs.
 */
export type Work = 'aratStep' | 'pgdStep' | 'forwardBackward' | 'jaxForwardBackward' | 'forwardConvolutions';

/** One repetition. Times in milliseconds. */
export interface Sample {
  /** Until the device has finished. */
  readonly ms: number;
  /** Until the call returned: what JavaScript took to compute (WASM) or to ask the GPU. */
  readonly jsMs: number;
  /** Processor time of all threads of the process, in Node; 0 in a browser, which does not tell. */
  readonly cpuMs: number;
  readonly dispatches: number;
  readonly submits: number;
  /** Bytes of GPU buffers created, and bytes written to them from JavaScript. */
  readonly gpuBytesAllocated: number;
  readonly gpuBytesWritten: number;
}

export interface Tasks {
  start(o: {
    backend: BackendName;
    threads?: number;
  }): Promise<{ device: string; warnings: readonly string[]; halfPrecision: boolean }>;
  /** float32 where no precision is given. */
  prepare(
    o: Size & { readonly precision?: ExperimentConfig['precision'] },
  ): Promise<{ flopPerImage: number; aratPasses: number }>;
  /** From here on: fast kernels and replayed steps, fast kernels alone, or compositions of stock ops. */
  kernels(o: { which: 'fast' | 'fast, not replayed' | 'stock' }): Promise<void>;
  /** A sample is of one step; with `steps`, the mean of that many, all asked for before the device is waited for. */
  measure(o: { work: Work; repeats: number; steps?: number }): Promise<Sample[]>;
  /**
   * Starts jax-js on its backend of this name; returns the relative difference of its loss and of a gradient to ours.
   */
  startJax(o: { device: 'webgpu' | 'wasm' }): Promise<{ lossDifference: number; gradientDifference: number }>;
  /** Largest tensor memory during an ARAT step, and the WASM heap; bytes. */
  memory(o: Record<string, never>): Promise<{ peakTensorBytes: number; heapBytes: number }>;
}
export type TaskName = keyof Tasks;

interface Prepared {
  readonly trainer: Trainer;
  readonly x: tf.Tensor4D;
  readonly y: tf.Tensor1D;
  readonly config: ExperimentConfig;
  readonly convolutions: () => void;
}
let prepared: Prepared | null = null;
let jax: (() => Promise<{ loss: number; jsMs: number }>) | null = null;

function current(): Prepared {
  if (!prepared) throw new Error("Call 'prepare' first.");
  return prepared;
}

/** As many classes as the demo's, numbered as in training. */
const LABELS = PRESETS.demo.dataset.classes.map((_, i) => i);

function configOf({ width, batch, attackSteps }: Size): ExperimentConfig {
  const { demo } = PRESETS;
  return {
    ...demo,
    network: { ...demo.network, width },
    dataset: { ...demo.dataset, trainSize: 2 * batch },
    attack: { ...demo.attack, steps: attackSteps },
    optimiser: { ...demo.optimiser, batchSize: batch, epochs: 1000 },
    // The second forward pass that measures the conflict is no part of a step.
    conflictEvery: 0,
  };
}

/** Waits until the GPU has done all that it was asked for; WASM has. */
async function finish(): Promise<void> {
  if (tf.getBackend() !== 'webgpu') return;
  const backend = tf.backend() as unknown as {
    commandEncoder: unknown;
    endComputePassEncoder(): void;
    submitQueue(): void;
    queue: GPUQueue;
  };
  if (backend.commandEncoder) {
    backend.endComputePassEncoder();
    backend.submitQueue();
  }
  await backend.queue.onSubmittedWorkDone();
}

/** Cross-entropy in train mode through the `adv` set and its gradients to the parameters. */
function forwardBackward({ trainer, x, y }: Prepared): { value: tf.Scalar; grads: tf.NamedTensorMap } {
  const { network } = trainer;
  return tf.variableGrads(
    () => crossEntropy(network.forward(x, { branch: 'adv', mode: 'train' }).logits, y),
    [...advParameters(trainer).values()],
  ) as { value: tf.Scalar; grads: tf.NamedTensorMap };
}

/** The parameters that the forward pass of the `adv` branch reads, by name. */
function advParameters({ network }: Trainer): Map<string, tf.Variable> {
  const isBn = (name: string) =>
    network.bnLayers.some((layer) => name.startsWith(`${network.bnPrefix(layer, 'adv')}.`));
  return new Map(
    [...network.trainable].filter(
      ([name]) => isBn(name) || network.sharedWeights.includes(name) || name === 'linear.bias',
    ),
  );
}

const WORK: Record<Exclude<Work, 'jaxForwardBackward'>, (p: Prepared) => void> = {
  aratStep: ({ trainer }) => trainer.trainStep(),
  pgdStep: ({ trainer, x, y, config }) =>
    tf.tidy(() => {
      const objective = (z: tf.Tensor4D) => {
        const { logits } = trainer.network.forward(z, { branch: 'adv', mode: 'train' });
        return crossEntropyPerExample(logits, y);
      };
      ascend(objective, x, x, { ...config.attack, steps: 1 });
    }),
  forwardBackward: (p) => tf.tidy(() => void forwardBackward(p)),
  forwardConvolutions: ({ convolutions }) => convolutions(),
};

/** Processor time of this process so far, in milliseconds. */
function processorTime(): number {
  if (typeof process === 'undefined' || typeof process.cpuUsage !== 'function') return 0;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Does the work `steps` times and waits for the device; returns how long the calls themselves took. */
async function perform(work: Work, steps: number): Promise<number> {
  if (work === 'jaxForwardBackward') {
    if (!jax) throw new Error("Call 'startJax' first.");
    let total = 0;
    for (let i = 0; i < steps; i++) total += (await jax()).jsMs;
    return total;
  }
  const p = current();
  const begun = performance.now();
  for (let i = 0; i < steps; i++) WORK[work](p);
  const jsMs = performance.now() - begun;
  await p.trainer.readMetrics(work === 'aratStep');
  await finish();
  return jsMs;
}

/** jax-js reads the browser's name; Node gives itself one from version 21 on. */
function nameNode(): void {
  if (typeof navigator === 'undefined' || navigator.userAgent !== undefined) return;
  Object.defineProperty(navigator, 'userAgent', { value: `Node.js/${process.versions.node.split('.')[0]}` });
}

/** Kernels by name as the backend's start registered them. */
let fast: tf.KernelConfig[] = [];
let capture: StepCapture | null = null;
const oursOnly = (): tf.KernelConfig[] =>
  tf.getKernelsForBackend(tf.getBackend()).filter((k) => k.kernelName.startsWith('Arat'));

export const TASKS: Tasks = {
  async start({ backend, threads }) {
    if (backend === 'webgpu') await countGpu();
    const started = await initialiseBackend(backend, threads === undefined ? {} : { threads });
    if (started.backend !== backend) {
      throw new Error(`The ${backend} backend did not start here: ${started.warnings.join(' ')}`);
    }
    fast = oursOnly();
    capture = stepCapture();
    const { device, warnings, halfPrecision } = started;
    return { device, warnings, halfPrecision };
  },

  async kernels({ which }) {
    const name = tf.getBackend() as 'webgpu';
    if (which === 'stock') registerCompositions(name);
    else
      for (const kernel of fast) {
        tf.unregisterKernel(kernel.kernelName, name);
        tf.registerKernel(kernel);
      }
    setStepCapture(which === 'fast' ? capture : null);
    // What was recorded with other kernels is forgotten.
    await prepared?.trainer.beforeEpoch(0, async () => {});
  },

  async prepare({ precision = 'float32', ...size }) {
    if (prepared) {
      prepared.trainer.dispose();
      tf.dispose([prepared.x, prepared.y]);
    }
    const config = { ...configOf(size), precision };
    const data: Dataset = syntheticDataset(0, config.dataset.trainSize, 4, LABELS);
    const trainer = new Trainer(contestant('arat'), config, data);
    const shape: [number, number, number, number] = [size.batch, 32, 32, 3];
    const pixels = data.train.images.subarray(0, size.batch * 3072);
    const { blocks, stemStride } = config.network;
    prepared = {
      trainer,
      config,
      x: tf.tensor4d(
        Float32Array.from(pixels, (v) => v / 255),
        shape,
      ),
      y: tf.tensor1d(Int32Array.from(data.train.labels.subarray(0, size.batch)), 'int32'),
      convolutions: convolutionWork({ width: size.width, blocks, stemStride }, size.batch),
    };
    const { flopPerImage } = networkCost({ ...config.network, classes: config.dataset.classes.length });
    return {
      flopPerImage,
      aratPasses: CATALOGUE.arat.passes(config.attack.steps, config.contestants[0].switches, 1),
    };
  },

  async measure({ work, repeats, steps = 1 }) {
    const samples: Sample[] = [];
    for (let i = 0; i < repeats; i++) {
      const before = gpuCounts();
      const cpuBegun = processorTime();
      const begun = performance.now();
      const jsMs = await perform(work, steps);
      const ms = performance.now() - begun;
      const cpuMs = processorTime() - cpuBegun;
      const after = gpuCounts();
      samples.push({
        ms: ms / steps,
        jsMs: jsMs / steps,
        cpuMs: cpuMs / steps,
        dispatches: (after.dispatches - before.dispatches) / steps,
        submits: (after.submits - before.submits) / steps,
        gpuBytesAllocated: (after.bytesAllocated - before.bytesAllocated) / steps,
        gpuBytesWritten: (after.bytesWritten - before.bytesWritten) / steps,
      });
    }
    return samples;
  },

  async startJax({ device }) {
    nameNode();
    const { createJaxNetwork } = await import('./jax-network.ts');
    const p = current();
    const network = await createJaxNetwork(p.trainer.network, advParameters(p.trainer), p.x, p.y, device);
    jax = network.run;
    const { value, grads } = tf.tidy(() => forwardBackward(p));
    const gradient = p.trainer.network.trainable.get('linear.weight') as tf.Variable;
    const [[ourLoss], ourGradient] = [await value.data(), await grads[gradient.name].data()];
    tf.dispose([value, ...Object.values(grads)]);
    const theirs = await network.check('linear.weight');
    const scale = Math.max(...ourGradient.map(Math.abs));
    const worst = Math.max(...ourGradient.map((g, i) => Math.abs(g - theirs.gradient[i])));
    return {
      lossDifference: Math.abs(ourLoss - theirs.loss) / Math.abs(ourLoss),
      gradientDifference: worst / scale,
    };
  },

  async memory() {
    const { trainer } = current();
    trainer.trainStep();
    await trainer.readMetrics(true);
    const profile = await tf.profile(() => {
      trainer.trainStep();
      return tf.scalar(0);
    });
    await trainer.readMetrics(true);
    const { wasm } = tf.backend() as unknown as { wasm?: { HEAPU8: Uint8Array } };
    return { peakTensorBytes: profile.peakBytes, heapBytes: wasm?.HEAPU8.length ?? 0 };
  },
};
