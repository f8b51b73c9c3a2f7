/** The models that the viewer and the stress test attack, and the test images that they attack them on. */
import type * as tf from '@tensorflow/tfjs-core';
import type { ImageSet } from '../core/data/dataset.ts';
import type { BnBranch, LogitsFn, NetworkSpec } from '../core/nn/types.ts';
import type { RaceControl } from '../core/race/control.ts';
import type { Trainer } from '../core/training/trainer.ts';

/** A model in eval mode, as its inference is defined. */
export interface Subject {
  /** Unique among the subjects. */
  readonly label: string;
  readonly logits: LogitsFn;
  readonly classes: number;
  readonly spec: NetworkSpec;
  /** Running statistics. */
  readonly buffers: ReadonlyMap<string, tf.Variable>;
  /** The BatchNorm set through which it answers; absent: adv. */
  readonly branch?: BnBranch;
  /** Number of outputs of an opened model that answers among fewer classes. */
  readonly outputs?: number;
}

export interface Subjects {
  readonly models: readonly Subject[];
  readonly images: ImageSet;
  /** Of the race that shares the device; null if there is none. */
  readonly control: RaceControl | null;
}

/** The network of a contestant that is evaluated, which for weight averaging is not the one that is trained. */
export function subjectOf({ contestant, logits, evaluated }: Trainer): Subject {
  const { classes, buffers, spec } = evaluated;
  return { label: contestant.label, logits, classes, spec, buffers };
}
