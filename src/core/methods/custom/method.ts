/**
 * A method that the user writes as formulas (core/formula): min_theta first + second, with x' = argmax of the objective
 * in the L-inf ball around x. AT, TRADES, MART and ARAT written as formulas give the numbers of the built-in methods to
 * the last bit (method.test.ts).
 */
import * as tf from '@tensorflow/tfjs-core';
import { ascend } from '../../attacks/pgd.ts';
import {
  needsAttack,
  ownMethodOf,
  passesIn,
  passKey,
  usesPredictor,
  type Branch,
  type Image,
  type OwnMethod,
  type Pass,
} from '../../formula/own-method.ts';
import type { Predictor } from '../../nn/predictor.ts';
import type { ForwardOptions, ForwardResult, Network } from '../../nn/types.ts';
import { alignedLayers, predictorsOf } from '../arat/method.ts';
import { GAUSSIAN_SCALE } from '../training-attack.ts';
import { oneTerm } from '../two-terms.ts';
import type { Method, StepContext } from '../types.ts';
import { Evaluator, type Scope } from './evaluate.ts';
import { CUSTOM_INFO } from './info.ts';

interface Extras {
  readonly own: OwnMethod;
  /** The aligned layers, in the network's order. */
  readonly layers: readonly string[];
  /** h by layer; empty if no term has h. */
  readonly predictors: ReadonlyMap<string, Predictor>;
}
type Context = StepContext<Extras>;
/** By `passKey`. */
type Passes = ReadonlyMap<string, ForwardResult>;

/**
 * Makes the passes in their order. Without split BN each image goes through the network once. A second pass of the same
 * image, as f_adv(x) after f(x), has the same result; with `updateStatistics` it only updates the running statistics
 * once more, as in the official code of TRADES.
 */
function forward(
  { network, extras }: Context,
  passes: readonly Pass[],
  images: (image: Image) => tf.Tensor4D,
  options: Pick<ForwardOptions, 'mode' | 'updateStatistics'>,
): Passes {
  const made = new Map<string, ForwardResult>();
  for (const pass of passes) {
    const same = passes.filter((p) => p === pass || (!network.splitBn && p.image === pass.image));
    const before = same.map((p) => made.get(passKey(p))).find((result) => result !== undefined);
    if (options.updateStatistics) before?.commitStatistics();
    const features = same.some((p) => p.features) ? extras.layers : undefined;
    const { branch } = pass;
    const result = before ?? network.forward(images(pass.image), { branch, ...options, features });
    made.set(passKey(pass), result);
  }
  return made;
}

/** The values of the formulas' names, from the passes that the formulas need. */
function scopeOf({ extras, balance, progress }: Context, passes: Passes, y: tf.Tensor1D): Scope {
  const features = new Map<ForwardResult, readonly tf.Tensor2D[]>();
  const result = (image: Image, branch: Branch) => passes.get(passKey({ image, branch }))!;
  return {
    y,
    balance,
    progress,
    logits: (image, branch) => result(image, branch).logits,
    features(image, branch) {
      const pass = result(image, branch);
      const known = features.get(pass) ?? extras.layers.map((layer) => pass.features[layer]);
      features.set(pass, known);
      return known;
    },
    predict: (z) => extras.layers.map((layer, i) => extras.predictors.get(layer)!.apply(z[i])),
  };
}

export const custom: Method<Extras> = {
  ...CUSTOM_INFO,
  start: (switches) => switches.attackStart,
  splitBn: (switches) => switches.splitBn,
  createExtras(network: Network, switches, seed) {
    const own = ownMethodOf(switches);
    const layers = alignedLayers(network, switches.alignedLayers);
    return { own, layers, predictors: predictorsOf(network, usesPredictor(own) ? layers : [], seed) };
  },
  attack(context, x, y, noise) {
    const { extras, switches, attack } = context;
    const { own } = extras;
    if (!needsAttack(own)) return { x: tf.clone(x), xAdv: tf.clone(x) };
    return tf.tidy(() => {
      const scale = switches.attackStart === 'uniform' ? attack.eps : GAUSSIAN_SCALE;
      const start = tf.add(x, tf.mul(noise, scale)) as tf.Tensor4D;
      const passes = passesIn([own.objective]);
      const through = (image: Image, images: tf.Tensor4D) =>
        forward(
          context,
          passes.filter((pass) => pass.image === image),
          () => images,
          { mode: switches.attackMode },
        );
      // The passes of x are the same in every step of the attack.
      const ofClean = through('x', x);
      const objective = (z: tf.Tensor4D) => {
        const scope = scopeOf(context, new Map([...ofClean, ...through("x'", z)]), y);
        return new Evaluator(scope).perExample(own.objective);
      };
      return { x: tf.clone(x), xAdv: ascend(objective, start, x, attack) };
    });
  },
  loss(context, { x, xAdv }, y) {
    const { first, second } = context.extras.own;
    const passes = forward(context, passesIn([first, second]), (image) => (image === 'x' ? x : xAdv), {
      mode: 'train',
      updateStatistics: true,
    });
    const evaluator = new Evaluator(scopeOf(context, passes, y));
    const one = evaluator.scalar(first);
    if (!second) return oneTerm(one, { first: one });
    const two = evaluator.scalar(second);
    const terms = { first: one, second: two };
    return { loss: tf.add(one, two), terms, conflict: { first: one, second: two } };
  },
};
