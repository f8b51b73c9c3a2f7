/**
 * Capture and replay of a training step: what a step asks of the device is recorded while it runs once; for the batches
 * after it the record is sent again. JavaScript then builds no graph, creates no tensor and no bind group, and
 * allocates nothing. Only backends whose work is a list of commands have it (WebGPU); everywhere else `stepCapture()`
 * is null and steps run as they are.
 */
import * as tf from '@tensorflow/tfjs-core';

/**
 * A variable that a step may move, and the tensor whose memory holds its value between steps (`StepCapture.copies`).
 */
export interface PersistentVariable {
  readonly variable: tf.Variable;
  readonly storage: tf.Tensor;
}

export interface Recording {
  /**
   * Runs the step again, on what its inputs and the variables' storage hold now, with this learning rate. Returns its
   * outputs as new tensors, the caller's.
   */
  replay(learningRate: number): tf.Tensor[];
  /** Frees what the record holds. */
  dispose(): void;
}

export interface StepCapture {
  /**
   * Whether programs are compiled aside from what computes. On a software adapter compilers and computation share the
   * processor: all programs at once took twice as long as each when it is needed.
   */
  readonly compilesAside: boolean;
  /**
   * Compiles side by side what `rehearsal` would run, before it is needed. In it nothing is computed: values are not to
   * be read. Awaits `onProgress` after each program, which may throw to stop. Rejects with one sentence when the device
   * refuses a program.
   */
  compile(rehearsal: () => void, onProgress: (done: number, total: number) => Promise<void>): Promise<void>;
  /** Whether a step can read a tensor of so many bytes: a training set that stays on the device. */
  fitsOneBinding(bytes: number): boolean;
  /** `hostTensor` with memory of its own, for an input of the step. */
  input(values: Float32Array | Int32Array, shape: readonly number[]): tf.Tensor;
  /** Replaces an input's values; as many as it has. */
  write(input: tf.Tensor, values: Float32Array | Int32Array): void;
  /** Copies in memory of their own (`tf.clone` shares). The caller disposes them. */
  copies(tensors: readonly tf.Tensor[]): tf.Tensor[];
  /**
   * Runs `step` once. It may read its inputs and anything that stays as it is while the recording lives; may assign to
   * the variables of `persistent`, each of which must hold its storage; and must leave no tensors behind but those it
   * returns: throws if it does. Returns them (copies, the caller's) and the recording; null where the step cannot be
   * replayed.
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

/** Of the backend that runs now. */
export const stepCapture = (): StepCapture | null => current;

/** Called by the start of a backend; null where it has none. */
export function setStepCapture(capture: StepCapture | null): void {
  current = capture;
}
