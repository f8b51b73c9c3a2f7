/**
 * The schema of an experiment: everything that decides its numbers, and nothing else. Imports only what stands beside it. Untrusted
 * input (URL, file, storage) passes `parseConfig`.
 */
import * as v from 'valibot';
import { DATA_SOURCE_IDS } from '../data/sources/catalogue.ts';
import { METHOD_IDS, type MethodId } from '../methods/catalogue.ts';
import { visibleText } from './visible-text.ts';

export const CONFIG_VERSION = 1;

/** float16: convolutions in training multiply 16-bit floats (backend/precision.ts); evaluation and all else stay float32. */
export const PRECISIONS = ['float32', 'float16'] as const;

/** In one race. */
export const MOST_CONTESTANTS = 16;
/** Seeds over which one race may be repeated. */
export const MOST_REPEATS = 10;

export { METHOD_IDS, type MethodId };

export const BACKEND_CHOICES = ['auto', 'webgpu', 'webgl', 'wasm', 'cpu'] as const;
export type BackendChoice = (typeof BACKEND_CHOICES)[number];
export type BackendName = Exclude<BackendChoice, 'auto'>;

const int = (min: number, max: number) =>
  v.pipe(v.number(), v.finite(), v.integer(), v.minValue(min), v.maxValue(max));
const real = (min: number, max: number) => v.pipe(v.number(), v.finite(), v.minValue(min), v.maxValue(max));

/**
 * The parts of a method that can be switched. Every contestant has all of them; its method reads those that `MethodInfo.switches` lists and
 * ignores the rest, so that one flat object serves the picker, the command line, links and tests.
 */
export const SwitchesSchema = v.strictObject({
  /** Two BatchNorm sets, `clean` and `adv`; off: both inputs through one set. */
  splitBn: v.boolean(),
  /** No gradient from the invariance term into the clean branch; off: symmetric loss. */
  stopGradient: v.boolean(),
  /** Predictor MLP h on the adversarial side; off: identity. */
  predictor: v.boolean(),
  /** w_adv = clean branch's training accuracy a, w_clean = 1 - a; off: 0.5 and 0.5. */
  autoBalance: v.boolean(),
  /** lambda of the invariance term, and of ARREST's distillation. */
  invarianceWeight: real(0, 1000),
  /** Distance of the invariance term. */
  metric: v.picklist(['cosine', 'mse']),
  /** Stages (1-based, from the input) whose bn1/bn2 outputs are aligned; 'last' is the paper's choice. */
  alignedLayers: v.picklist(['last', 'lastTwo', 'all']),
  /** As the official attack does: add the random start to the clean batch in place, so that x and the ball's centre move with it. */
  officialAliasing: v.boolean(),
  /** As the official attack does: update the `adv` running statistics at every attack step. */
  attackUpdatesStatistics: v.boolean(),
  /** beta of TRADES, MART and LBGAT: weight of the KL term. */
  beta: real(0, 100),
  /** ARREST: images whose representation has moved too far are replaced by noisy ones. Results from before it was here lack it. */
  noisyReplay: v.optional(v.boolean(), true),
  /** ARAT+SWA: share of the epochs after which weights are averaged. Results from before it was here lack it. */
  averageFrom: v.optional(real(0, 1), 0.5),
});
export type Switches = v.InferOutput<typeof SwitchesSchema>;
export type SwitchName = keyof Switches;

/** The paper's choices, with the invariance weight of short runs (4; the paper's full-scale 30 is in the `official` preset). */
export const DEFAULT_SWITCHES: Switches = {
  splitBn: true,
  stopGradient: true,
  predictor: true,
  autoBalance: true,
  invarianceWeight: 4,
  metric: 'cosine',
  alignedLayers: 'last',
  officialAliasing: false,
  attackUpdatesStatistics: false,
  beta: 6,
  noisyReplay: true,
  averageFrom: 0.5,
};

/** Hidden characters are made visible: a label may come from a stranger's link. */
export const LabelSchema = v.pipe(
  v.string(),
  v.trim(),
  v.transform(visibleText),
  v.minLength(1),
  v.maxLength(80),
);

/** One contestant: a method with its switches under a label that is unique in the race. */
export const ContestantSchema = v.strictObject({
  label: LabelSchema,
  method: v.picklist(METHOD_IDS),
  switches: SwitchesSchema,
});
export type Contestant = v.InferOutput<typeof ContestantSchema>;

export const ConfigSchema = v.strictObject({
  version: v.literal(CONFIG_VERSION),
  /** Name of the preset it started from, for the page only. */
  preset: v.picklist(['quick', 'demo', 'standard', 'official', 'custom']),
  dataset: v.strictObject({
    /** Which of data/sources/catalogue.ts. */
    source: v.picklist(DATA_SOURCE_IDS),
    /** Indices of the classes used, ascending; labels are renumbered 0..k-1 in this order. */
    classes: v.pipe(v.array(int(0, 99)), v.minLength(2), v.maxLength(100)),
    /** Training images in all (balanced over the classes). */
    trainSize: int(8, 50_000),
    testSize: int(4, 10_000),
  }),
  network: v.strictObject({
    /** Channels of the stem and first stage; doubles per stage. */
    width: int(1, 128),
    /** BasicBlocks per stage. */
    blocks: v.pipe(v.array(int(1, 8)), v.minLength(1), v.maxLength(4)),
    stemStride: v.picklist([1, 2]),
    /** The network sees (x - 0.5) * inputScale when this is not 0, x itself when it is 0. */
    inputScale: real(0, 16),
  }),
  /** Attack used in training (methods decide its loss and its BatchNorm mode). eps and stepSize in [0,1] pixel units. */
  attack: v.strictObject({
    eps: real(0, 0.5),
    stepSize: real(0, 0.5),
    steps: int(0, 100),
  }),
  /** PGD used for the robust accuracy in the charts. */
  evaluation: v.strictObject({
    steps: int(1, 200),
    stepSize: real(0, 0.5),
    /** Test images used after each epoch; the final table uses all of testSize. */
    n: int(4, 10_000),
  }),
  optimiser: v.strictObject({
    learningRate: real(0, 10),
    momentum: real(0, 0.999),
    weightDecay: real(0, 1),
    schedule: v.picklist(['constant', 'step', 'cosine', 'one-cycle']),
    /** Epochs (fractions of the run, ascending) at which `step` multiplies the rate by 0.1: official 0.75, 0.9. */
    milestones: v.pipe(v.array(real(0, 1)), v.maxLength(8)),
    batchSize: int(2, 1024),
    epochs: int(1, 1000),
  }),
  /** Results from before it was here lack it. */
  precision: v.optional(v.picklist(PRECISIONS), 'float32'),
  augmentation: v.strictObject({ crop: int(0, 8), flip: v.boolean() }),
  /** Initial weight a of the adversarial term under auto-balance, before any accuracy is known. */
  initialBalance: real(0, 1),
  contestants: v.pipe(
    v.array(ContestantSchema),
    v.minLength(1),
    v.maxLength(MOST_CONTESTANTS),
    v.check((c) => new Set(c.map((x) => x.label)).size === c.length, 'labels must differ'),
  ),
  /** Gradient conflict is measured every so many steps (0: never). */
  conflictEvery: int(0, 10_000),
  seed: int(0, 2 ** 31 - 1),
  /** The race is run this many times, with seed, seed + 1, ...: every run is one more draw of data, weights and order. */
  repeats: v.optional(int(1, MOST_REPEATS), 1),
});
export type ExperimentConfig = v.InferOutput<typeof ConfigSchema>;

/** Validates untrusted input. Throws `Error` with one readable sentence that names the first wrong field. */
export function parseConfig(input: unknown): ExperimentConfig {
  const result = v.safeParse(ConfigSchema, input);
  if (result.success) return result.output;
  const issue = result.issues[0];
  const path = v.getDotPath(issue);
  throw new Error(`The experiment's settings are not valid: ${path ? `${path}: ` : ''}${issue.message}`);
}
