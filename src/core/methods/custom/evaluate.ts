/**
 * Evaluates a checked formula. The formula is data: no part of it is run as code. The operations and their order are
 * those of the built-in methods, so that a built-in method written as formulas gives the same numbers to the last bit.
 */
import * as tf from '@tensorflow/tfjs-core';
import {
  crossEntropy,
  crossEntropyPerExample,
  klPerExample,
  logSoftmax,
  marginPerExample,
  oneHot,
} from '../../attacks/losses.ts';
import { cosineDistance, stopGradient } from '../../backend/ops.ts';
import type { Formula } from '../../formula/check.ts';
import { passOf, type Branch, type Image } from '../../formula/own-method.ts';
import type { FunctionName } from '../../formula/vocabulary.ts';
import { COSINE_EPSILON } from '../arat/method.ts';
import { klToProbabilities, logRivalGap } from '../mart/method.ts';

/** The values of a formula's names and functions in one step. */
export interface Scope {
  /** Logits [N,K]. Every call with the same arguments returns the same tensor. */
  logits(image: Image, branch: Branch): tf.Tensor2D;
  /** Features [N,d] of each aligned layer, in the network's order. The same arguments give the same list. */
  features(image: Image, branch: Branch): readonly tf.Tensor2D[];
  /** h of the features [N,d] of each aligned layer, in the same order. */
  predict(features: readonly tf.Tensor2D[]): tf.Tensor2D[];
  /** Labels [N] int32. */
  readonly y: tf.Tensor1D;
  /** a, in [0,1]. */
  readonly balance: number;
  /** t, in [0,1]. */
  readonly progress: number;
}

/**
 * A JavaScript number if no tensor is involved. Otherwise a list of tensors: one for each aligned layer, or a single
 * one if the value does not depend on layers.
 */
export type Value = number | readonly tf.Tensor[];

type Call = Formula & { kind: 'call' };
type Elementwise = (a: tf.Tensor | number, b: tf.Tensor | number) => tf.Tensor;

const ARITHMETIC = {
  '+': { tensors: tf.add, numbers: (a: number, b: number) => a + b },
  '-': { tensors: tf.sub, numbers: (a: number, b: number) => a - b },
  '*': { tensors: tf.mul, numbers: (a: number, b: number) => a * b },
  '/': { tensors: tf.div, numbers: (a: number, b: number) => a / b },
} as const;

/**
 * Evaluates the formulas of one step, which share their values of softmax and h. Call within tidy, which owns results.
 */
export class Evaluator {
  /** Values of softmax by logits and of h by features, so that a repeated call is not computed again. */
  private readonly softmaxes = new Map<tf.Tensor, tf.Tensor2D>();
  private readonly predictions = new Map<Value, Value>();

  constructor(private readonly scope: Scope) {}

  /** The value of a term of the loss, which has type `number`. */
  scalar(formula: Formula): tf.Scalar {
    const value = this.value(formula);
    return (typeof value === 'number' ? tf.scalar(value) : value[0]) as tf.Scalar;
  }

  /** The value [N] of the attack's objective, which has type `per example`: its mean over layers if it has layers. */
  perExample(formula: Formula): tf.Tensor1D {
    const tensors = this.value(formula) as readonly tf.Tensor1D[];
    return tensors.length === 1 ? tensors[0] : (tf.mean(tf.stack([...tensors]), 0) as tf.Tensor1D);
  }

  /** The value of any part of a formula except an image or the labels. */
  value(formula: Formula): Value {
    switch (formula.kind) {
      case 'number':
        return formula.value;
      case 'name':
        return formula.name === 'a' ? this.scope.balance : this.scope.progress;
      case 'negation': {
        const value = this.value(formula.operand);
        return typeof value === 'number' ? -value : value.map((t) => tf.neg(t));
      }
      case 'operation': {
        const { tensors, numbers } = ARITHMETIC[formula.operator];
        return combined(this.value(formula.left), this.value(formula.right), tensors as Elementwise, numbers);
      }
      case 'call':
        return this.call(formula);
    }
  }

  private call(call: Call): Value {
    const { name, args } = call;
    const pass = passOf(call);
    if (pass)
      return pass.features
        ? this.scope.features(pass.image, pass.branch)
        : [this.scope.logits(pass.image, pass.branch)];
    if (name === 'mean') return this.mean(args[0]);
    // The labels are not a `Value`. `applied` reads them from the scope.
    const values = args.filter(({ type }) => type !== 'labels').map((arg) => this.value(arg));
    return this.applied(name, args, values);
  }

  /** The function `name` of `values`, which are those of the arguments without the labels. */
  private applied(name: FunctionName, args: readonly Formula[], values: readonly Value[]): Value {
    const { y } = this.scope;
    const [first, second, third] = values;
    const logits = (value: Value) => (value as readonly tf.Tensor2D[])[0];
    const ofLogits = (of: (z: tf.Tensor2D) => tf.Tensor) => [of(logits(first))];
    const own = (z: tf.Tensor2D) => oneHot(y, z.shape[1]);
    switch (name) {
      case 'h':
        return this.remembered(first);
      case 'sg':
        return mapped(first, stopGradient, (x) => x);
      case 'softmax':
        return ofLogits((z) => this.softmax(z));
      case 'ce':
        return ofLogits((z) => crossEntropyPerExample(z, y));
      case 'bce':
        return ofLogits((z) => tf.sub(crossEntropyPerExample(z, y), logRivalGap(this.softmax(z), own(z))));
      case 'prob':
        return ofLogits((z) => tf.sum(tf.mul(this.softmax(z), own(z)), 1));
      case 'margin':
        return ofLogits((z) => marginPerExample(z, y));
      case 'entropy':
        return ofLogits((z) => tf.neg(tf.sum(tf.mul(this.softmax(z), logSoftmax(z)), 1)));
      case 'kl': {
        const [p, q] = [logits(first), logits(second)];
        if (third === undefined) return [klPerExample(p, q)];
        return [klToProbabilities(p, this.softmax(p), this.softmax(q), third as number)];
      }
      case 'cos':
        return paired(first, second, (a, b) => cosineDistance(a, b, COSINE_EPSILON));
      case 'mse':
        return paired(first, second, (a, b) => tf.mean(tf.squaredDifference(a, b), 1));
      case 'exp':
        return mapped(first, tf.exp, Math.exp);
      case 'log':
        return mapped(first, tf.log, Math.log);
      case 'min':
        return second === undefined
          ? reduced(args[0], first, tf.min)
          : combined(first, second, tf.minimum as Elementwise, Math.min);
      case 'max':
        return second === undefined
          ? reduced(args[0], first, tf.max)
          : combined(first, second, tf.maximum as Elementwise, Math.max);
      default:
        throw new Error(`Formula: ${name} has no value.`);
    }
  }

  /**
   * mean(arg). As in the official codes, the mean of mse is one mean of all squared differences, and the mean of bce is
   * the sum of the means of its two parts.
   */
  private mean(arg: Formula): Value {
    const { y } = this.scope;
    if (arg.kind === 'call' && arg.name === 'mse') {
      const [a, b] = arg.args.map((side) => this.value(side));
      const means = paired(a, b, (p, q) => tf.mean(tf.squaredDifference(p, q)));
      return overLayers(means, tf.mean);
    }
    if (arg.kind === 'call' && arg.name === 'bce') {
      const [z] = this.value(arg.args[0]) as readonly tf.Tensor2D[];
      const gap = logRivalGap(this.softmax(z), oneHot(y, z.shape[1]));
      return [tf.add(crossEntropy(z, y), tf.neg(tf.mean(gap)))];
    }
    return reduced(arg, this.value(arg), tf.mean);
  }

  private softmax(logits: tf.Tensor2D): tf.Tensor2D {
    const known = this.softmaxes.get(logits);
    const made = known ?? (tf.exp(logSoftmax(logits)) as tf.Tensor2D);
    this.softmaxes.set(logits, made);
    return made;
  }

  /** h of `features`, computed once for each list of features. */
  private remembered(features: Value): Value {
    const known = this.predictions.get(features);
    const made = known ?? this.scope.predict(features as readonly tf.Tensor2D[]);
    this.predictions.set(features, made);
    return made;
  }
}

/** An operation of two values, layer by layer. A value without layers is combined with each layer of the other. */
function combined(
  a: Value,
  b: Value,
  tensors: Elementwise,
  numbers: (a: number, b: number) => number,
): Value {
  if (typeof a === 'number' && typeof b === 'number') return numbers(a, b);
  const layers = Math.max(layersOf(a), layersOf(b));
  return Array.from({ length: layers }, (_, i) => tensors(layer(a, i), layer(b, i)));
}

const layersOf = (value: Value): number => (typeof value === 'number' ? 1 : value.length);
const layer = (value: Value, i: number): tf.Tensor | number =>
  typeof value === 'number' ? value : value[value.length === 1 ? 0 : i];

/** `of` each layer's pair of tensors; a and b have the same layers. */
const paired = (a: Value, b: Value, of: (a: tf.Tensor2D, b: tf.Tensor2D) => tf.Tensor): tf.Tensor[] =>
  (a as readonly tf.Tensor2D[]).map((t, i) => of(t, (b as readonly tf.Tensor2D[])[i]));

const mapped = (value: Value, tensor: (t: tf.Tensor) => tf.Tensor, number: (x: number) => number): Value =>
  typeof value === 'number' ? number(value) : value.map((t) => tensor(t));

type Reduction = (t: tf.Tensor, axis?: number) => tf.Tensor;

/** Reduces a value per example over the batch and then over layers, and a table over each of its rows. */
function reduced({ type }: Formula, value: Value, reduce: Reduction): Value {
  const tensors = value as readonly tf.Tensor[];
  if (type !== 'per example') return tensors.map((t) => reduce(t, 1));
  return overLayers(
    tensors.map((t) => reduce(t)),
    reduce,
  );
}

const overLayers = (scalars: readonly tf.Tensor[], reduce: Reduction): tf.Tensor[] =>
  scalars.length === 1 ? [scalars[0]] : [reduce(tf.stack([...scalars]))];
