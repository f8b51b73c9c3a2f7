/**
 * Runs a contestant's steps on the device: as they are, or, where the backend can, recorded once an epoch and replayed
 * (backend/step-capture.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import { stepCapture, type Moving, type Recording, type StepCapture } from '../backend/step-capture.ts';
import type { HostBatch } from '../data/batches.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE } from '../data/dataset.ts';

/** A batch on the device. */
export interface StepInputs {
  /** [N,32,32,3] in [0,1]. */
  readonly x: tf.Tensor4D;
  /** [N] int32. */
  readonly y: tf.Tensor1D;
  /** The attack's random start, [N,32,32,3]; zeros where the method has none. */
  readonly noise: tf.Tensor4D;
}

export interface StepOutputs {
  /** [loss, term, term, ...]. */
  readonly metrics: tf.Tensor1D;
  readonly termNames: readonly string[];
  /** Of the gradient conflict, where it was measured. */
  readonly sums: tf.Tensor2D | null;
}

/** One optimiser step: assigns to the network's variables, and returns kept tensors. Called within tidy. */
export type Step = (inputs: StepInputs, learningRate: number) => StepOutputs;

interface Recorded {
  readonly recording: Recording;
  readonly termNames: readonly string[];
}

function arraysOf({ images, labels, uniform, gaussian }: HostBatch) {
  const noise = [uniform, gaussian].find((n) => n.length > 0) ?? new Float32Array(images.length);
  const shape = [labels.length, IMAGE_SIZE, IMAGE_SIZE, IMAGE_CHANNELS];
  return [
    { values: images, shape },
    { values: labels, shape: [labels.length] },
    { values: noise, shape },
  ] as const;
}

export class StepRunner {
  private capture: StepCapture | null = stepCapture();
  private readonly recorded = new Map<string, Recorded>();
  private inputs: tf.Tensor[] = [];
  private moving: Moving[] = [];

  /** `variables`: all that a step may assign to. */
  constructor(private readonly variables: () => Iterable<tf.Variable>) {}

  /**
   * One step on `batch`; the caller owns the outputs. `kind` names all that a step depends on beside its batch, the learning rate and the
   * variables; what else it depends on must not change before the next `reset`.
   */
  run(kind: string, batch: HostBatch, learningRate: number, step: Step): StepOutputs {
    // Somebody else gave the variables new values, e.g. those of a checkpoint.
    if (this.moving.some(({ variable, home }) => variable.dataId !== home.dataId)) this.reset();
    if (!this.capture) return this.plain(batch, learningRate, step);
    this.load(this.capture, batch);
    const known = this.recorded.get(kind);
    if (!known) return this.record(this.capture, kind, learningRate, step);
    const [metrics, sums] = known.recording.replay(learningRate);
    return {
      metrics: metrics as tf.Tensor1D,
      termNames: known.termNames,
      sums: (sums as tf.Tensor2D | undefined) ?? null,
    };
  }

  private plain(batch: HostBatch, learningRate: number, step: Step): StepOutputs {
    let outputs: StepOutputs | null = null;
    tf.tidy(() => {
      const [x, y, noise] = arraysOf(batch).map(({ values, shape }) =>
        tf.tensor(values, shape as number[], values instanceof Int32Array ? 'int32' : 'float32'),
      );
      outputs = step({ x: x as tf.Tensor4D, y: y as tf.Tensor1D, noise: noise as tf.Tensor4D }, learningRate);
    });
    return outputs!;
  }

  private load(capture: StepCapture, batch: HostBatch): void {
    const arrays = arraysOf(batch);
    if (this.inputs.length === 0)
      this.inputs = arrays.map(({ values, shape }) => capture.input(values, shape));
    else arrays.forEach(({ values }, i) => capture.write(this.inputs[i], values));
  }

  private record(capture: StepCapture, kind: string, learningRate: number, step: Step): StepOutputs {
    if (this.moving.length === 0) {
      const variables = [...this.variables()];
      const homes = capture.copies(variables);
      variables.forEach((v, i) => v.assign(homes[i] as never));
      this.moving = variables.map((variable, i) => ({ variable, home: homes[i] }));
    }
    const [x, y, noise] = this.inputs as [tf.Tensor4D, tf.Tensor1D, tf.Tensor4D];
    let termNames: readonly string[] = [];
    const { outputs, recording } = capture.capture(this.moving, () =>
      tf.tidy(() => {
        const made = step({ x, y, noise }, learningRate);
        termNames = made.termNames;
        return made.sums ? [made.metrics, made.sums] : [made.metrics];
      }),
    );
    if (recording) this.recorded.set(kind, { recording, termNames });
    else {
      this.reset();
      // To record every step of the epoch would cost more than it gives.
      this.capture = null;
    }
    return {
      metrics: outputs[0] as tf.Tensor1D,
      termNames,
      sums: (outputs[1] as tf.Tensor2D | undefined) ?? null,
    };
  }

  /** Forgets what was recorded: the next step of each kind is recorded anew, on the backend that runs then. */
  reset(): void {
    for (const { recording } of this.recorded.values()) recording.dispose();
    this.recorded.clear();
    tf.dispose([...this.inputs, ...this.moving.map(({ home }) => home)]);
    this.inputs = [];
    this.moving = [];
    this.capture = stepCapture();
  }
}
