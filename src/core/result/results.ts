/**
 * The result of a race: what the command line writes, the page keeps and shares, and a recorded run holds. Types only;
 * results-schema.ts validates one that comes from outside.
 */
import type { BackendName, ExperimentConfig, MethodId, Switches } from '../settings/config.ts';

export const RESULTS_VERSION = 1;

/** One point of a run's learning curve. Accuracies are fractions in [0,1]. */
export interface EpochPoint {
  /** Epochs finished: 0 is before training. */
  readonly epoch: number;
  /** Optimiser steps done. */
  readonly step: number;
  /** Clean accuracy on the evaluation subset, `adv` BatchNorm, eval mode. */
  readonly clean: number;
  /** Accuracy under the evaluation PGD on the same subset. */
  readonly robust: number;
  /** Means over the epoch's steps (absent at epoch 0). */
  readonly loss?: number;
  readonly terms?: Readonly<Record<string, number>>;
  /** Clean-branch training accuracy a that auto-balance used in this epoch. */
  readonly balance?: number;
  readonly learningRate?: number;
}

/** Gradient conflict between a method's two terms at one step. */
export interface ConflictPoint {
  readonly step: number;
  /** Cosine similarity in [-1,1] over all shared conv and linear weights. */
  readonly cosine: number;
  /** Share in [0,1] of weights whose two gradients have opposite sign. */
  readonly ratio: number;
  /**
   * The ratio that signs without relation give: half of the weights with a gradient from both terms, over all shared
   * weights. Absent in results of before it was measured.
   */
  readonly chance?: number;
  /** Cosine by layer, PyTorch weight name -> value. */
  readonly perLayer: Readonly<Record<string, number>>;
}

/** Means over all measured steps. */
export interface ConflictMean {
  readonly cosine: number;
  readonly ratio: number;
  readonly chance?: number;
}

/** Gradient conflict between two single terms on one batch; where both have one name, of that term on two batches. */
export interface ConflictPair {
  /** Names of terms, as in `EpochPoint.terms`. */
  readonly first: string;
  readonly second: string;
  readonly cosine: number;
  readonly ratio: number;
  readonly chance: number;
}
export interface PairPoint {
  readonly epoch: number;
  readonly pairs: readonly ConflictPair[];
}

/** BatchNorm after an epoch: clean against adversarial images, and one set against the other. */
export interface BnPoint {
  readonly epoch: number;
  readonly layers: readonly BnLayer[];
}
export interface BnLayer {
  /** e.g. `layer1.0.bn1`. */
  readonly name: string;
  /**
   * Mean over channels of |mean_x - mean_x'| / sqrt((var_x + var_x')/2) of the layer's input over a batch: x and x'
   * both through the clean set, and both through the adv set. One number without split BN. Absent in results of before
   * both went through the same set.
   */
  readonly throughClean?: number;
  readonly throughAdv?: number;
  /**
   * In results of before that: x through the clean set, x' through the adv set. With split BN the two sets' affine
   * transforms alone make such a distance; without, it is that of the one set.
   */
  readonly batchDistance?: number;
  /** Between the two sets' running statistics, by the same formula (0 without split BN). */
  readonly runningDistance: number;
  /** Between the two sets' (gamma, beta): ||a - b|| / sqrt((||a||^2 + ||b||^2)/2), 0 without split BN. */
  readonly affineDistance?: number;
  /**
   * The first channels' statistics of x and of x', for the picture: up to 16 each. Both through the adv set; where
   * there is a `batchDistance`, x through the clean set.
   */
  readonly clean: { readonly mean: readonly number[]; readonly std: readonly number[] };
  readonly adv: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

/** Whether each test image was classified right; verdicts.ts packs and reads them. */
export interface Verdicts {
  /** Digest of the test images: where two agree, image i is the same. */
  readonly images: string;
  /** In the order of the images' pixels, which no seed changes. */
  readonly clean: string;
  readonly robust: string;
}

export interface FinalResult {
  readonly clean: number;
  readonly robust: number;
  /** Test images counted. */
  readonly n: number;
  /** e.g. `PGD-20, L-inf, eps 8/255, step 2/255, CE, 1 uniform start, seed 0`. */
  readonly attack: string;
  /** Absent in results of before they were kept, and in links. */
  readonly verdicts?: Verdicts;
}

export interface RunResult {
  readonly label: string;
  /** In a race repeated over seeds, the one of this run; absent where there is only the config's. */
  readonly seed?: number;
  readonly method: MethodId;
  readonly switches: Switches;
  readonly curves: readonly EpochPoint[];
  readonly gradientConflict: readonly ConflictPoint[];
  /** Given where `gradientConflict` holds only some of the measured steps, or rounded ones, as in a link. */
  readonly conflictMean?: ConflictMean;
  readonly bn: readonly BnPoint[];
  /** After some epochs; absent where no pair of terms was measured. */
  readonly conflictPairs?: readonly PairPoint[];
  /** Null until the run is complete; a stopped race never gets one. */
  readonly final: FinalResult | null;
  /** Why this run ended before its time, in one sentence; absent where it did not. Its curves reach up to there. */
  readonly failure?: string;
  readonly imagesPerSecond: number;
  readonly seconds: number;
}

/** Where a result was computed: a backend of this engine, or scale/. */
export type ResultBackend = BackendName | 'pytorch';

/** How scale/ computed a result. */
export interface ScaleFacts {
  /** Version of PyTorch; several after a merge. */
  readonly torch: string;
  /** Processes that shared every batch. */
  readonly processes: number;
  /** Statistics of the whole batch, or of each process's share of it. */
  readonly batchNorm: 'synchronised' | 'per process';
  /** Of training: `float32`, `tf32`, `bfloat16`, `float64`. */
  readonly precision: string;
  /** Of the checkout that computed it, where there was one. */
  readonly commit?: string;
}

/** A part of a race that was computed on another backend or device before the race was resumed. */
export interface EarlierPart {
  readonly backend: BackendName;
  readonly device: string;
  readonly arithmetic?: string;
  /** Optimiser steps of all contestants and seeds that had been done by its end. */
  readonly steps: number;
}

export interface RaceResult {
  readonly version: typeof RESULTS_VERSION;
  readonly config: ExperimentConfig;
  readonly backend: ResultBackend;
  /** Adapter or runtime in words, e.g. `WebAssembly on 1 CPU thread with SIMD`. */
  readonly device: string;
  /**
   * One of `ARITHMETICS` (core/backend/arithmetic.ts), or what a newer version has; absent in results of before it was
   * recorded.
   */
  readonly arithmetic?: string;
  /** What computed the race before it was resumed elsewhere, in order; absent where `device` computed all of it. */
  readonly earlier?: readonly EarlierPart[];
  readonly dataset: { readonly provenance: string; readonly classNames: readonly string[] };
  /** `complete`: every run has ended, by its final result or by a failure of its own. */
  readonly status: 'complete' | 'stopped' | 'failed';
  /** ISO 8601 date and time at which it ended. */
  readonly finishedAt: string;
  readonly appVersion: string;
  /** Given where `backend` is 'pytorch'. */
  readonly scale?: ScaleFacts;
  readonly runs: readonly RunResult[];
}
