/** What the example viewer asks of the engine and gets. Pictures are [32*32*3], RGB. */
import type { AttackPath } from '../core/analysis/attack-example.ts';
import type { LossSlice } from '../core/analysis/loss-slice.ts';
import type { Norm } from '../core/attacks/types.ts';
import type { NetworkSpec } from '../core/nn/types.ts';
import type { ExperimentConfig } from '../core/settings/config.ts';

/** An attack as the page offers it. */
export interface AttackInfo {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly source: string;
  readonly norms: readonly Norm[];
  /** Steps or queries; fewer than the official budget where one image would take long. */
  readonly iterations: number;
  /** False: it has one step, or none. */
  readonly adjustable: boolean;
  readonly restarts: number;
  /** Wrong classes aimed at, one after the other; 0: none. */
  readonly targets: number;
  /** False: it sees logits alone, and counts queries. */
  readonly whiteBox: boolean;
}

/** Test images of a data set: those that a race with these settings would use. */
export interface TestImages {
  readonly dataset: ExperimentConfig['dataset'];
  readonly seed: number;
}

export interface ExampleRequest {
  /** Index into the test images. */
  readonly index: number;
  /** Absent: the test images of the last race. */
  readonly images?: TestImages;
  /** Id of the attack. */
  readonly attack: string;
  readonly norm: Norm;
  /** In [0,1] pixel units. */
  readonly eps: number;
  /** Steps or queries; the attack's own where it has one step. */
  readonly iterations: number;
  readonly seed: number;
}

/** A model's answer to one image. */
export interface Answer {
  readonly predicted: number;
  readonly probabilities: readonly number[];
}

/** One model's view of one image. */
export interface ExampleView {
  readonly label: string;
  readonly image: Uint8Array;
  /** x' - x, in pixel units of [0,1]. */
  readonly perturbation: Float32Array;
  readonly adversarial: Uint8Array;
  /** ||x' - x|| measured in the norm of the request. */
  readonly size: number;
  readonly trueClass: number;
  readonly clean: Answer;
  readonly attacked: Answer;
  /** Losses at the points that the attack tried. */
  readonly path: AttackPath;
  /** d cross-entropy / dx at the clean image. */
  readonly gradient: Float32Array;
}

export interface SliceRequest {
  /** The model. */
  readonly label: string;
  readonly index: number;
  readonly images?: TestImages;
  /** x' - x of the example: the first direction. */
  readonly perturbation: Float32Array;
  readonly norm: Norm;
  readonly eps: number;
  readonly seed: number;
}

export type SliceView = LossSlice & { readonly label: string };

/** A trained model that comes with the page. */
export interface ShippedModel {
  /** Path of its safetensors file below the page's folder. */
  readonly file: string;
  readonly spec: NetworkSpec;
}

/** One image to be attacked under each of `models`, by PGD on the cross-entropy in the L-inf ball. */
export interface ShippedRequest {
  readonly models: readonly ShippedModel[];
  /** RGB bytes, [32*32*3]. */
  readonly image: Uint8Array;
  /** Its class, as the networks count. */
  readonly label: number;
  /** In [0,1] pixel units. */
  readonly eps: number;
  readonly steps: number;
  readonly seed: number;
}

/** What one shipped model says of the image, clean and attacked through its own gradients. */
export interface ShippedView {
  /** As in the request. */
  readonly file: string;
  /** x' - x, in pixel units of [0,1]. */
  readonly perturbation: Float32Array;
  readonly adversarial: Uint8Array;
  readonly clean: Answer;
  readonly attacked: Answer;
}
