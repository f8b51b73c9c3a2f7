/** The names and functions of formulas, with their types and descriptions, for check.ts and the page's editor. */

/**
 * The type of a value, for a batch of N images: `number` is a scalar, `logits` and `probabilities` are [N,classes],
 * `features` are [N,d] for each aligned layer, `image` is x or x', `labels` is y [N]. `per example` is [N], or [N] for
 * each aligned layer if it is computed from features.
 */
export type ValueType =
  'number' | 'per example' | 'logits' | 'probabilities' | 'features' | 'image' | 'labels';

/** Each type as in the sentence `z(x) is features`. */
export const TYPE_WORDS: Readonly<Record<ValueType, string>> = {
  number: 'one number',
  'per example': 'a number per example',
  logits: 'logits',
  probabilities: 'probabilities',
  features: 'features',
  image: 'an image',
  labels: 'the labels',
};

/** The types with one row per example. */
export const TABLES: readonly ValueType[] = ['logits', 'probabilities', 'features'];

export interface NameEntry {
  readonly type: ValueType;
  /** Description for the page. */
  readonly words: string;
}

export const NAMES = {
  x: { type: 'image', words: 'the clean images' },
  "x'": { type: 'image', words: 'the images that the attack made of x' },
  y: { type: 'labels', words: 'the labels' },
  a: { type: 'number', words: 'auto-balance: clean training accuracy before the epoch, from 0 to 1' },
  t: { type: 'number', words: 'share of the epochs done, from 0 to 1' },
} as const satisfies Readonly<Record<string, NameEntry>>;
export type Name = keyof typeof NAMES;

/** The types of a function's arguments and of its value. A function may have several signatures. */
export interface Signature {
  readonly takes: readonly ValueType[];
  readonly gives: ValueType;
}

export interface FunctionEntry {
  /** A call, e.g. `ce(f(x), y)`. */
  readonly example: string;
  /** Description for the page. */
  readonly words: string;
  readonly signatures: readonly Signature[];
}

/** The signature `(takes) -> gives`. */
const to = (gives: ValueType, ...takes: readonly ValueType[]): Signature => ({ takes, gives });
const each = (types: readonly ValueType[], of: (type: ValueType) => Signature): Signature[] => types.map(of);

const LOGITS_OF = [to('logits', 'image')];
const FEATURES_OF = [to('features', 'image')];
const VALUES: readonly ValueType[] = ['number', 'per example', ...TABLES];
/** Over the batch: per example -> number. Over each row: a table -> per example. */
const REDUCTIONS = [to('number', 'per example'), ...each(TABLES, (table) => to('per example', table))];
/** The reductions, and two values of one type or a value and a number, element by element. */
const EXTREMA = [
  ...REDUCTIONS,
  ...each(VALUES, (type) => to(type, type, type)),
  ...each(VALUES.slice(1), (type) => to(type, type, 'number')),
  ...each(VALUES.slice(1), (type) => to(type, 'number', type)),
];

export const FUNCTIONS = {
  f: {
    example: 'f(x)',
    words: 'logits; x goes through the clean BatchNorm set, x′ through the adversarial one',
    signatures: LOGITS_OF,
  },
  f_clean: { example: 'f_clean(x′)', words: 'logits through the clean set', signatures: LOGITS_OF },
  f_adv: { example: 'f_adv(x)', words: 'logits through the adversarial set', signatures: LOGITS_OF },
  z: {
    example: 'z(x)',
    words: 'features of the aligned layers, through the set that f takes',
    signatures: FEATURES_OF,
  },
  z_clean: { example: 'z_clean(x′)', words: 'features through the clean set', signatures: FEATURES_OF },
  z_adv: { example: 'z_adv(x)', words: 'features through the adversarial set', signatures: FEATURES_OF },
  h: {
    example: 'h(z(x′))',
    words: 'ARAT’s predictor, one for each aligned layer; not in the attack',
    signatures: [to('features', 'features')],
  },
  sg: {
    example: 'sg(z(x))',
    words: 'stop-gradient: the same value, of which nothing is trained',
    signatures: each(VALUES, (type) => to(type, type)),
  },
  ce: {
    example: 'ce(f(x), y)',
    words: 'cross-entropy',
    signatures: [to('per example', 'logits', 'labels')],
  },
  kl: {
    example: 'kl(f(x), f(x′))',
    words:
      'Kullback-Leibler divergence of the second from the first; a third argument is added to the second’s probabilities, as MART’s code does',
    signatures: [to('per example', 'logits', 'logits'), to('per example', 'logits', 'logits', 'number')],
  },
  bce: {
    example: 'bce(f(x′), y)',
    words: 'MART’s boosted cross-entropy: ce − log(1 − largest probability of a wrong class)',
    signatures: [to('per example', 'logits', 'labels')],
  },
  mse: {
    example: 'mse(z(x), z(x′))',
    words: 'mean squared difference',
    signatures: each(TABLES, (table) => to('per example', table, table)),
  },
  cos: {
    example: 'cos(z(x′), z(x))',
    words: '1 − cosine of the angle between two rows',
    signatures: each(TABLES, (table) => to('per example', table, table)),
  },
  prob: {
    example: 'prob(f(x), y)',
    words: 'probability of the label',
    signatures: [to('per example', 'logits', 'labels')],
  },
  margin: {
    example: 'margin(f(x′), y)',
    words: 'largest wrong logit − the label’s logit',
    signatures: [to('per example', 'logits', 'labels'), to('per example', 'probabilities', 'labels')],
  },
  entropy: {
    example: 'entropy(f(x))',
    words: 'entropy of the prediction',
    signatures: [to('per example', 'logits')],
  },
  softmax: { example: 'softmax(f(x))', words: 'probabilities', signatures: [to('probabilities', 'logits')] },
  mean: {
    example: 'mean(ce(f(x), y))',
    words: 'mean over the batch (and aligned layers); of a table, over each row',
    signatures: REDUCTIONS,
  },
  min: {
    example: 'min(ce(f(x), y), 2)',
    words: 'smaller of two, element by element; of one argument, the smallest as in mean',
    signatures: EXTREMA,
  },
  max: {
    example: 'max(margin(f(x), y), 0)',
    words: 'larger of two, element by element; of one argument, the largest as in mean',
    signatures: EXTREMA,
  },
  exp: {
    example: 'exp(-ce(f(x), y))',
    words: 'e to the power of',
    signatures: [...each(VALUES.slice(0, 2), (type) => to(type, type)), to('probabilities', 'logits')],
  },
  log: {
    example: 'log(softmax(f(x)))',
    words: 'natural logarithm',
    signatures: [...each(VALUES.slice(0, 2), (type) => to(type, type)), to('logits', 'probabilities')],
  },
} as const satisfies Readonly<Record<string, FunctionEntry>>;
export type FunctionName = keyof typeof FUNCTIONS;
