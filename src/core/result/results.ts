/**
 * The types of a race's result, which the command line writes and the page stores and shares. results-schema.ts
 * validates a result from outside.
 */
import type { RobustnessReport } from './stress-report.ts';
import type { BackendName, ExperimentConfig, MethodId, Switches } from '../settings/config.ts';

/** Format of `RaceResult`. A higher number is refused (results-schema.ts). */
export const RESULTS_VERSION = 1;

/** One point of a run's learning curve. Accuracies are fractions in [0,1]. */
export interface EpochPoint {
  /** Finished epochs; 0 is before training. */
  readonly epoch: number;
  /** Optimiser steps done. */
  readonly step: number;
  /** Clean accuracy on the evaluation subset, `adv` BatchNorm, eval mode. */
  readonly clean: number;
  /** Accuracy under the evaluation PGD on the same subset. */
  readonly robust: number;
  /**
   * Both accuracies on as many of the training images, without crop or flip; absent unless
   * `config.evaluation.trainingSet` is set.
   */
  readonly trainClean?: number;
  readonly trainRobust?: number;
  /** Accuracy under the evaluation PGD on the held-out images; absent unless `config.evaluation.heldOut` > 0. */
  readonly heldOutRobust?: number;
  /**
   * Mean of 1 - cos(z, z') in [0,2] over the aligned layers and a few test images, in eval mode: z of the clean image
   * through the clean set, z' of its adversarial image through the adv set, without predictor. Absent in older results.
   */
  readonly featureDistance?: number;
  /** Mean loss over the epoch's steps; absent at epoch 0. */
  readonly loss?: number;
  /** Mean of each term of the loss over the epoch's steps, by name; absent at epoch 0. */
  readonly terms?: Readonly<Record<string, number>>;
  /**
   * The balance a in this epoch, in [0,1]: with auto-balance the clean branch's training accuracy before the
   * epoch (`config.balanceImages`), else `config.initialBalance`, as in the first epoch, if that is not measured.
   * Absent for methods that never use it.
   */
  readonly balance?: number;
  /** Learning rate of the step after this point; absent at epoch 0. */
  readonly learningRate?: number;
}

/** Gradient conflict between a method's two terms at one step. */
export interface ConflictPoint {
  /** Optimiser steps done before this one. */
  readonly step: number;
  /** Cosine similarity in [-1,1] over all shared conv and linear weights. */
  readonly cosine: number;
  /**
   * Share in [0,1] of weight elements whose two gradients have opposite signs, of the elements of the shared weights
   * that at least one of the two terms reaches. Where only one reaches a weight, its elements are not opposite.
   */
  readonly ratio: number;
  /**
   * The ratio to expect from independent signs, in [0,0.5]: half of the elements where neither gradient is 0, divided
   * by the same number as `ratio`. Absent in results written before it was measured.
   */
  readonly chance?: number;
  /** Cosine in [-1,1] by PyTorch weight name, for the weights that both terms reach. */
  readonly perLayer: Readonly<Record<string, number>>;
}

/** Means over the measured steps. */
export interface ConflictMean {
  readonly cosine: number;
  readonly ratio: number;
  readonly chance?: number;
  /** Number of measurements, and the step of the last one; absent in a link. */
  readonly n?: number;
  readonly until?: number;
}

/** Gradient conflict between two terms on one batch or, if both names are equal, of one term between two batches. */
export interface ConflictPair {
  /**
   * Names of terms, as in `EpochPoint.terms`. The numbers mean the same as in `ConflictPoint`: a weight that neither
   * term reaches, such as the classifier's for the invariance term on two batches, is not counted.
   */
  readonly first: string;
  readonly second: string;
  readonly cosine: number;
  readonly ratio: number;
  readonly chance: number;
}
/** The conflict of all pairs of terms after an epoch. */
export interface PairPoint {
  readonly epoch: number;
  readonly pairs: readonly ConflictPair[];
}

/** BatchNorm distances after an epoch: between clean and adversarial images, and between the two sets. */
export interface BnPoint {
  readonly epoch: number;
  readonly layers: readonly BnLayer[];
}
export interface BnLayer {
  /** e.g. `layer1.0.bn1`. */
  readonly name: string;
  /**
   * Mean over channels of |mean_x - mean_x'| / sqrt((var_x + var_x')/2) of the layer's input over a batch, with x and
   * x' both through the clean set. Without split BN equal to `throughAdv`. Both are absent in older results, which sent
   * x and x' through different sets.
   */
  readonly throughClean?: number;
  /** The same with x and x' both through the adv set. */
  readonly throughAdv?: number;
  /**
   * The same in older results, with x through the clean set and x' through the adv set. With split BN the sets'
   * different affine transforms alone make a distance. Without split BN it is the distance through the shared set.
   */
  readonly batchDistance?: number;
  /** Distance between the two sets' running statistics by the formula of `throughClean`; 0 without split BN. */
  readonly runningDistance: number;
  /** Distance between the sets' (gamma, beta): ||a - b|| / sqrt((||a||^2 + ||b||^2)/2); 0 without split BN. */
  readonly affineDistance?: number;
  /**
   * Batch statistics of x in up to 16 channels, for a chart: through the adv set, in results with `batchDistance`
   * through the clean set.
   */
  readonly clean: { readonly mean: readonly number[]; readonly std: readonly number[] };
  /** Batch statistics of x' in the same channels, through the adv set. */
  readonly adv: { readonly mean: readonly number[]; readonly std: readonly number[] };
}

/** Whether each test image was classified correctly; verdicts.ts packs and unpacks the texts. */
export interface Verdicts {
  /** Digest of the test images. If two digests are equal, image i is the same in both. */
  readonly images: string;
  /** Without an attack. The images are ordered by their pixels, so that no seed changes the order. */
  readonly clean: string;
  /** Under the attack, in the same order. */
  readonly robust: string;
}

/** Inference through the two sets of split BatchNorm. Accuracies are fractions in [0,1]. */
export interface InferenceSets {
  /** Test images counted: the first ones. */
  readonly n: number;
  /**
   * Accuracies with the values of the two sets interpolated: share 0 is the clean set, share 1 the adv set. The attack
   * is the final evaluation's, through the same interpolation.
   */
  readonly path: readonly { readonly share: number; readonly clean: number; readonly robust: number }[];
  /** Accuracy through the adv set on images attacked through the clean set, and the reverse. */
  readonly cleanToAdv: number;
  readonly advToClean: number;
}

/** The evaluation of a complete run on all test images. Accuracies are fractions in [0,1]. */
export interface FinalResult {
  readonly clean: number;
  /** Accuracy under `attack`. */
  readonly robust: number;
  /** Test images counted. */
  readonly n: number;
  /** The epoch whose weights early stopping kept, which were evaluated; absent without early stopping. */
  readonly epoch?: number;
  /** e.g. `PGD-20, L-inf, eps 8/255, step 2/255, CE, 1 uniform start, seed 0`. */
  readonly attack: string;
  /** Absent unless `config.evaluation.sets` is set and the network has two BatchNorm sets. */
  readonly sets?: InferenceSets;
  /** Absent in links and in results written before verdicts were recorded. */
  readonly verdicts?: Verdicts;
}

/** One contestant trained with one seed. */
export interface RunResult {
  readonly label: string;
  /** The run's seed in a race repeated over seeds. Absent in other races, where it is `config.seed`. */
  readonly seed?: number;
  readonly method: MethodId;
  readonly switches: Switches;
  /**
   * The contestant's colour, dash and marker on the page, as an index into src/ui/charts/styles.ts.
   * Absent until the page has saved or shared the run, and in older results.
   */
  readonly style?: number;
  readonly curves: readonly EpochPoint[];
  readonly gradientConflict: readonly ConflictPoint[];
  /** The mean over all measurements, where `gradientConflict` holds only some: in a link and after a long race. */
  readonly conflictMean?: ConflictMean;
  readonly bn: readonly BnPoint[];
  /** At some epochs; absent if no pair of terms was measured. */
  readonly conflictPairs?: readonly PairPoint[];
  /** Null until the run is complete. */
  readonly final: FinalResult | null;
  /** Why the run failed, as a text for the page; absent if it did not. The curves end where it failed. */
  readonly failure?: string;
  /** Training images per second of `seconds`. */
  readonly imagesPerSecond: number;
  /** Time of the training steps, in seconds, without evaluations; on a GPU estimated from some of the steps. */
  readonly seconds: number;
}

/** What computed a result: a backend of the engine in src/, or PyTorch in scale/. */
export type ResultBackend = BackendName | 'pytorch';

/** How the PyTorch code in scale/ computed a result. */
export interface ScaleFacts {
  /** Version of PyTorch; all versions if results were merged. */
  readonly torch: string;
  /** Number of processes that shared each batch. */
  readonly processes: number;
  /** Whether BatchNorm used the statistics of the whole batch or of each process's share of it. */
  readonly batchNorm: 'synchronised' | 'per process';
  /** Precision of training: `float32`, `tf32`, `bfloat16` or `float64`. */
  readonly precision: string;
  /** Commit of the checkout that computed the result, if it was a git checkout. */
  readonly commit?: string;
}

/** A part of a race that was computed on another backend or device before the race was resumed. */
export interface EarlierPart {
  readonly backend: BackendName;
  readonly device: string;
  readonly arithmetic?: string;
  /** Optimiser steps done by the end of this part, counted over all contestants and seeds from the race's start. */
  readonly steps: number;
}

/** The code that computed a result. */
export type Build = Pick<RaceResult, 'appVersion' | 'commit'>;

/** A race's settings, device and measurements, as plain data. */
export interface RaceResult {
  readonly version: typeof RESULTS_VERSION;
  readonly config: ExperimentConfig;
  readonly backend: ResultBackend;
  /** GPU adapter or runtime in words, e.g. `WebAssembly on 1 CPU thread with SIMD`. */
  readonly device: string;
  /**
   * One of `ARITHMETICS` (core/backend/arithmetic.ts) or a value of a newer version. Absent in results written before
   * it was recorded.
   */
  readonly arithmetic?: string;
  /** The parts computed before the race was resumed on another device, in order; absent if there are none. */
  readonly earlier?: readonly EarlierPart[];
  readonly dataset: { readonly provenance: string; readonly classNames: readonly string[] };
  /** `complete`: every run has a final result or a failure. */
  readonly status: 'complete' | 'stopped' | 'failed';
  /** Date and time of the race's end, in ISO 8601. */
  readonly finishedAt: string;
  readonly appVersion: string;
  /**
   * Git commit of the code that ended the race, at least 12 digits, followed by `+` if files differed from it. Absent
   * in older results and in those of a copy without git.
   */
  readonly commit?: string;
  /** Present if `backend` is 'pytorch'. */
  readonly scale?: ScaleFacts;
  /** The last stress test of the trained models, if there was one. */
  readonly report?: RobustnessReport;
  readonly runs: readonly RunResult[];
}
