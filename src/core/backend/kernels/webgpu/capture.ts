/**
 * Capture and replay on WebGPU (step-capture.ts) of all commands that reach the command encoder, tfjs's and those of
 * our kernels.
 */
import { errorMessage } from '../../../error-message.ts';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import * as tf from '@tensorflow/tfjs-core';
import { hostTensor, type PersistentVariable, type Recording, type StepCapture } from '../../step-capture.ts';
import { Arena, type Keeper } from './arena.ts';
import type { Runner } from './runner.ts';

/** The private members of the backend that are used here. */
interface Internals {
  commandEncoder: GPUCommandEncoder | null;
  readonly tensorMap: { get(dataId: object): { resource: GPUBuffer; values: unknown } };
  /** tfjs's compiled programs; in compile-only mode, promises of them. */
  readonly pipelineCache: Record<string, GPUComputePipeline | Promise<GPUComputePipeline>>;
  ensureCommandEncoderReady(): void;
}

interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly bindGroup: GPUBindGroup;
  readonly workgroups: readonly [number, number, number];
}
interface Copy {
  readonly from: GPUBuffer;
  readonly to: GPUBuffer;
  readonly bytes: number;
}
type Command = Dispatch | Copy;

/**
 * Dispatches per submission of a replay, so that the GPU begins while the rest is encoded, and no submission is long
 * enough for a watchdog to end it.
 */
const SUBMIT_EVERY = 64;
const BYTES = 4;

/** An encoder that passes commands to `encoder` and adds them to `commands`. */
function recorded(encoder: GPUCommandEncoder, commands: Command[]): GPUCommandEncoder {
  const beginComputePass = (descriptor?: GPUComputePassDescriptor) => {
    const pass = encoder.beginComputePass(descriptor);
    let pipeline: GPUComputePipeline;
    let bindGroup: GPUBindGroup;
    return {
      setPipeline(p: GPUComputePipeline) {
        pass.setPipeline((pipeline = p));
      },
      setBindGroup(index: number, group: GPUBindGroup) {
        pass.setBindGroup(index, (bindGroup = group));
      },
      dispatchWorkgroups(x: number, y = 1, z = 1) {
        pass.dispatchWorkgroups(x, y, z);
        commands.push({ pipeline, bindGroup, workgroups: [x, y, z] });
      },
      end: () => pass.end(),
    };
  };
  return {
    beginComputePass,
    copyBufferToBuffer(from: GPUBuffer, fromAt: number, to: GPUBuffer, toAt: number, bytes: number) {
      encoder.copyBufferToBuffer(from, fromAt, to, toAt, bytes);
      commands.push({ from, to, bytes });
    },
    finish: () => encoder.finish(),
    // The methods that tfjs calls while it computes; any other would have to be recorded, too.
  } as unknown as GPUCommandEncoder;
}

export class WebGpuStepCapture implements StepCapture {
  private readonly internals: Internals;
  private readonly arena: Arena;
  private readonly live = new Set<Keeper>();
  readonly compilesAside: boolean;

  constructor(
    private readonly backend: WebGPUBackend,
    private readonly runner: Runner,
  ) {
    this.internals = backend as unknown as Internals;
    this.compilesAside = !runner.software;
    this.arena = new Arena(backend.device, backend.bufferManager);
  }

  async compile(
    rehearsal: () => void,
    onProgress: (done: number, total: number) => Promise<void>,
  ): Promise<void> {
    const { runner, internals } = this;
    const compiling = (runner.compiling = new Map<string, Promise<void>>());
    const known = new Set(Object.keys(internals.pipelineCache));
    tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', true);
    try {
      rehearsal();
    } finally {
      runner.compiling = null;
      tf.env().set('WEBGPU_ENGINE_COMPILE_ONLY', false);
      // Remove the promises from tfjs's cache, because computations during the compilation cannot use them.
      for (const [key, pipeline] of Object.entries(internals.pipelineCache)) {
        if (known.has(key)) continue;
        delete internals.pipelineCache[key];
        compiling.set(
          key,
          Promise.resolve(pipeline).then((p) => void (internals.pipelineCache[key] ??= p)),
        );
      }
      this.flush();
    }
    let done = 0;
    // If onProgress throws, the other compilations must not reject unhandled.
    for (const program of compiling.values()) program.catch(() => {});
    for (const [key, program] of compiling) {
      await program.catch((error: unknown) => {
        throw new Error(`The GPU refused the program '${key}': ${errorMessage(error)}`);
      });
      await onProgress(++done, compiling.size);
    }
  }

  fitsOneBinding(bytes: number): boolean {
    const { maxStorageBufferBindingSize, maxBufferSize } = this.backend.device.limits;
    return bytes <= Math.min(maxStorageBufferBindingSize, maxBufferSize);
  }

  input(values: Float32Array | Int32Array, shape: readonly number[]): tf.Tensor {
    const tensor = hostTensor(values, shape);
    this.bufferOf(tensor);
    return tensor;
  }

  write(input: tf.Tensor, values: Float32Array | Int32Array): void {
    if (values.length !== input.size)
      throw new Error(`An input of ${input.size} values cannot take ${values.length}.`);
    this.backend.queue.writeBuffer(this.bufferOf(input), 0, values as Float32Array<ArrayBuffer>);
  }

  copies(tensors: readonly tf.Tensor[]): tf.Tensor[] {
    const results = tensors.map((x) => this.output(x.shape));
    this.encode(tensors.map((x, i) => this.copyTo(results[i], this.bufferOf(x))));
    return results;
  }

  capture(
    persistent: readonly PersistentVariable[],
    step: () => tf.Tensor[],
  ): { outputs: tf.Tensor[]; recording: Recording | null } {
    const { internals, arena } = this;
    const keeper: Keeper = { buffers: [], readsBack: false };
    this.live.add(keeper);
    const inUse = arena.inUse;
    try {
      const { made, commands, learningRates } = this.record(keeper, step);
      const moved = persistent.filter(({ variable, storage }) => variable.dataId !== storage.dataId);
      const back = moved.map(({ variable, storage }) => this.copyTo(storage, this.bufferOf(variable)));
      const results = made.map((t) => ({ shape: t.shape, from: this.bufferOf(t) }));
      // Also for variables that the optimiser changed in place.
      const forgetRead = () => {
        for (const { storage } of persistent) internals.tensorMap.get(storage.dataId).values = null;
      };
      const recording = new WebGpuRecording(this, commands, back, results, learningRates, forgetRead, () =>
        this.discard(keeper),
      );
      const outputs = recording.copyOut();
      for (const { variable, storage } of moved) variable.assign(storage as never);
      tf.dispose(made);
      if (arena.inUse > inUse)
        throw new Error(
          `A recorded step left ${arena.inUse - inUse} tensors behind: it must dispose all tensors but its outputs.`,
        );
      // Without a buffer for the learning rate, the optimiser ran on stock operations, which treat it as a constant.
      if (!keeper.readsBack && learningRates.length > 0) return { outputs, recording };
      recording.dispose();
      return { outputs, recording: null };
    } catch (error) {
      this.discard(keeper);
      throw error;
    }
  }

  private record(
    keeper: Keeper,
    step: () => tf.Tensor[],
  ): { made: tf.Tensor[]; commands: Command[]; learningRates: GPUBuffer[] } {
    const { backend, internals, arena, runner } = this;
    const commands: Command[] = [];
    const learningRates: GPUBuffer[] = [];
    this.flush();
    arena.open(keeper);
    runner.onLearningRate = (buffer) => learningRates.push(buffer);
    internals.ensureCommandEncoderReady = () => {
      internals.commandEncoder ??= recorded(backend.device.createCommandEncoder(), commands);
    };
    try {
      const made = step();
      made.forEach((t) => this.bufferOf(t));
      return { made, commands, learningRates };
    } finally {
      this.flush();
      // Removes the override above, so that the class's method is used again.
      delete (internals as Partial<Internals>).ensureCommandEncoderReady;
      runner.onLearningRate = null;
      arena.close();
    }
  }

  private discard(keeper: Keeper): void {
    if (!this.live.delete(keeper)) return;
    this.arena.forget(keeper);
    if (this.live.size === 0) this.arena.clear();
  }

  bufferOf(tensor: tf.Tensor): GPUBuffer {
    this.backend.uploadToGPU(tensor.dataId);
    return this.internals.tensorMap.get(tensor.dataId).resource;
  }

  /** The command that copies the contents of `from` to `to` when it runs. */
  copyTo(to: tf.Tensor, from: GPUBuffer): Copy {
    return { from, to: this.bufferOf(to), bytes: to.size * BYTES };
  }

  /** A new tensor with undefined contents; the caller disposes it. */
  output(shape: readonly number[]): tf.Tensor {
    return tf.engine().makeTensorFromTensorInfo(this.runner.output(shape));
  }

  /** Submits the commands that tfjs has collected, so that later commands run after them. */
  flush(): void {
    if (!this.internals.commandEncoder) return;
    this.backend.endComputePassEncoder();
    this.backend.submitQueue();
  }

  setLearningRate(buffer: GPUBuffer, value: number): void {
    this.backend.queue.writeBuffer(buffer, 0, Float32Array.of(value));
  }

  /** Encodes and submits `commands`, after everything submitted before. */
  encode(commands: readonly Command[]): void {
    this.flush();
    const { device, queue } = this.backend;
    let encoder = device.createCommandEncoder();
    let pass: GPUComputePassEncoder | null = null;
    let inSubmission = 0;
    for (const command of commands) {
      if ('pipeline' in command) {
        pass ??= encoder.beginComputePass();
        pass.setPipeline(command.pipeline);
        pass.setBindGroup(0, command.bindGroup);
        pass.dispatchWorkgroups(...command.workgroups);
        if (++inSubmission < SUBMIT_EVERY) continue;
        pass.end();
        pass = null;
        queue.submit([encoder.finish()]);
        encoder = device.createCommandEncoder();
        inSubmission = 0;
      } else {
        pass?.end();
        pass = null;
        encoder.copyBufferToBuffer(command.from, 0, command.to, 0, command.bytes);
      }
    }
    pass?.end();
    queue.submit([encoder.finish()]);
  }
}

class WebGpuRecording implements Recording {
  constructor(
    private readonly capture: WebGpuStepCapture,
    private readonly commands: readonly Command[],
    /** Copies of the variables' new values from the arena to their storage. */
    private readonly back: readonly Copy[],
    private readonly results: readonly { readonly shape: number[]; readonly from: GPUBuffer }[],
    private readonly learningRates: readonly GPUBuffer[],
    /** Drops values of the variables that were read back earlier, since a replay changes the variables. */
    private readonly forgetRead: () => void,
    readonly dispose: () => void,
  ) {}

  /** Ends a step: copies the variables' values and the outputs out of the arena. The caller disposes the outputs. */
  copyOut(): tf.Tensor[] {
    const outputs = this.results.map(({ shape }) => this.capture.output(shape));
    const copies = outputs.map((t, i) => this.capture.copyTo(t, this.results[i].from));
    this.capture.encode([...this.back, ...copies]);
    this.forgetRead();
    return outputs;
  }

  replay(learningRate: number): tf.Tensor[] {
    for (const buffer of this.learningRates) this.capture.setLearningRate(buffer, learningRate);
    this.capture.encode(this.commands);
    return this.copyOut();
  }
}
