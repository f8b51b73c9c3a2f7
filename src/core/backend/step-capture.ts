/**
 * Capture and replay of a training step: its commands to the device are recorded while it runs once, and submitted
 * again for later batches. JavaScript then builds no graph, no bind groups and no tensors but the outputs. Only WebGPU,
 * whose work is a list of commands, has this; on other backends `stepCapture()` is null and steps run plainly.
 */
import * as tf from '@tensorflow/tfjs-core';

/**
 * A variable that a step may assign to, and the tensor whose memory holds its value between steps
 * (`StepCapture.copies`).
 */
export interface PersistentVariable {
  readonly variable: tf.Variable;
  readonly storage: tf.Tensor;
}

export interface Recording {
  /**
   * Runs the step again with the current values of its inputs and variables, and this learning rate. Returns its
   * outputs as new tensors, which the caller owns.
   */
  replay(learningRate: number): tf.Tensor[];
  /** Frees the recording. */
  dispose(): void;
}

export interface StepCapture {
  /**
   * Whether programs are compiled beside computations. On a software adapter both share the processor, and compiling
   * all programs at once took twice as long as compiling each when it is needed.
   */
  readonly compilesAside: boolean;
  /**
   * Compiles in parallel the programs that `rehearsal` runs, before they are needed. During `rehearsal` nothing is
   * computed, so it must not read values. Awaits `onProgress` after each program, which may throw to stop. Rejects with
   * an `Error` of one sentence if the device refuses a program.
   */
  compile(rehearsal: () => void, onProgress: (done: number, total: number) => Promise<void>): Promise<void>;
  /** Whether a step can read a tensor of this many bytes, e.g. a training set that stays on the device. */
  fitsOneBinding(bytes: number): boolean;
  /** `hostTensor` for an input of the step, uploaded to its own memory, which `write` changes. */
  input(values: Float32Array | Int32Array, shape: readonly number[]): tf.Tensor;
  /** Replaces the values of an input. Throws `Error` unless there are as many as before. */
  write(input: tf.Tensor, values: Float32Array | Int32Array): void;
  /** Copies that do not share memory, as those of `tf.clone` do. The caller disposes them. */
  copies(tensors: readonly tf.Tensor[]): tf.Tensor[];
  /**
   * Runs and records `step`. It may read its inputs and anything that does not change while the recording is used. It
   * may assign to the variables of `persistent`, each of which must hold its storage. It must dispose all tensors but
   * those it returns, or this throws `Error`. Returns copies of its outputs, which the caller owns, and the recording,
   * or null if the step cannot be replayed.
   */
  capture(
    persistent: readonly PersistentVariable[],
    step: () => tf.Tensor[],
  ): { outputs: tf.Tensor[]; recording: Recording | null };
}

/**
 * Values from the host as a tensor on the device: Float32Array gives float32, Int32Array int32. The caller disposes it.
 */
export const hostTensor = (values: Float32Array | Int32Array, shape: readonly number[]): tf.Tensor =>
  tf.tensor(values, [...shape], values instanceof Int32Array ? 'int32' : 'float32');

let current: StepCapture | null = null;

/** The capture of the current backend, or null if it has none. */
export const stepCapture = (): StepCapture | null => current;

/** Called when a backend starts; null if it has no capture. */
export function setStepCapture(capture: StepCapture | null): void {
  current = capture;
}
