/**
 * Runs a contestant's steps on the device: plainly, or, if the backend can, recorded once an epoch and replayed
 * (backend/step-capture.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  hostTensor,
  stepCapture,
  type PersistentVariable,
  type Recording,
  type StepCapture,
} from '../backend/step-capture.ts';

/** A value from the host that changes with each step: Float32Array gives a float32 tensor, Int32Array an int32 one. */
export interface StepInput {
  readonly values: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

export interface StepOutputs {
  /** [loss, term, term, ...]. */
  readonly metrics: tf.Tensor1D;
  readonly termNames: readonly string[];
  /** Sums for the gradient conflict (analysis/gradient-conflict.ts), if the step measured it. */
  readonly sums: tf.Tensor2D | null;
}

/**
 * One optimiser step: assigns to the network's variables and returns kept tensors, which the caller disposes. Called
 * within tidy; the caller owns `inputs`.
 */
export type Step = (inputs: readonly tf.Tensor[], learningRate: number) => StepOutputs;

/** A recording has its outputs as a list. */
const tensorsOf = ({ metrics, sums }: StepOutputs): tf.Tensor[] => (sums ? [metrics, sums] : [metrics]);
const outputsOf = ([metrics, sums]: readonly tf.Tensor[], termNames: readonly string[]): StepOutputs => ({
  metrics: metrics as tf.Tensor1D,
  termNames,
  sums: (sums as tf.Tensor2D | undefined) ?? null,
});

interface Recorded {
  readonly recording: Recording;
  readonly termNames: readonly string[];
}

export class StepRunner {
  private capture: StepCapture | null = stepCapture();
  private readonly recorded = new Map<string, Recorded>();
  private inputs: tf.Tensor[] = [];
  private persistent: PersistentVariable[] = [];

  /** `variables` gives every variable that a step may assign to. */
  constructor(private readonly variables: () => Iterable<tf.Variable>) {}

  /**
   * One step on `inputs`; the caller owns the outputs. `kind` must name everything that the step depends on apart from
   * its inputs, the learning rate and the variables. Whatever it does not name, and the number of the inputs, must not
   * change before the next `reset`. Inputs of other shapes than those recorded, such as a smaller last batch, are
   * computed unrecorded; the step after them is recorded again.
   */
  run(kind: string, inputs: readonly StepInput[], learningRate: number, step: Step): StepOutputs {
    // The variables were assigned outside a step, e.g. from a checkpoint.
    if (this.persistent.some(({ variable, storage }) => variable.dataId !== storage.dataId)) this.reset();
    if (!this.capture || !this.fits(inputs)) return this.plain(inputs, learningRate, step);
    this.load(this.capture, inputs);
    const known = this.recorded.get(kind);
    if (!known) return this.record(this.capture, kind, learningRate, step);
    return outputsOf(known.recording.replay(learningRate), known.termNames);
  }

  /** Whether the inputs have the shapes of those that were recorded, if any were. */
  private fits(inputs: readonly StepInput[]): boolean {
    return this.inputs.every(({ shape }, i) => shape.join() === inputs[i].shape.join());
  }

  /** The step's outputs on `inputs` with learning rate 0; restores the variables. The caller owns the outputs. */
  rehearse(inputs: readonly StepInput[], step: Step): StepOutputs {
    const saved = [...this.variables()].map((v) => [v, tf.clone(v)] as const);
    try {
      return this.plain(inputs, 0, step);
    } finally {
      for (const [v, value] of saved) v.assign(value as never);
      tf.dispose(saved.map(([, value]) => value));
    }
  }

  private plain(inputs: readonly StepInput[], learningRate: number, step: Step): StepOutputs {
    let outputs: StepOutputs | null = null;
    tf.tidy(() => {
      const tensors = inputs.map(({ values, shape }) => hostTensor(values, shape));
      outputs = step(tensors, learningRate);
    });
    return outputs!;
  }

  private load(capture: StepCapture, inputs: readonly StepInput[]): void {
    if (this.inputs.length === 0)
      this.inputs = inputs.map(({ values, shape }) => capture.input(values, shape));
    else inputs.forEach(({ values }, i) => capture.write(this.inputs[i], values));
  }

  private record(capture: StepCapture, kind: string, learningRate: number, step: Step): StepOutputs {
    if (this.persistent.length === 0) {
      const variables = [...this.variables()];
      const storages = capture.copies(variables);
      variables.forEach((v, i) => v.assign(storages[i] as never));
      this.persistent = variables.map((variable, i) => ({ variable, storage: storages[i] }));
    }
    let termNames: readonly string[] = [];
    const { outputs, recording } = capture.capture(this.persistent, () =>
      tf.tidy(() => {
        const made = step(this.inputs, learningRate);
        termNames = made.termNames;
        return tensorsOf(made);
      }),
    );
    if (recording) this.recorded.set(kind, { recording, termNames });
    else {
      this.reset();
      // Recording again at every step of the epoch would cost more than it saves.
      this.capture = null;
    }
    return outputsOf(outputs, termNames);
  }

  /**
   * Disposes the recordings and their tensors. The next step of each kind is recorded again, on the current backend.
   */
  reset(): void {
    for (const { recording } of this.recorded.values()) recording.dispose();
    this.recorded.clear();
    tf.dispose([...this.inputs, ...this.persistent.map(({ storage }) => storage)]);
    this.inputs = [];
    this.persistent = [];
    this.capture = stepCapture();
  }
}
