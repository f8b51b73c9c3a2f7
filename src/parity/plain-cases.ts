/**
 * The cases of a reference folder without split BatchNorm: methods such as AT, TRADES, MART and LBGAT (with the
 * gradients of its natural model), and evaluation.
 */
import * as tf from '@tensorflow/tfjs-core';
import { crossEntropy, crossEntropyPerExample } from '../core/attacks/losses.ts';
import { pgd } from '../core/attacks/pgd.ts';
import { DEFAULT_SWITCHES, type MethodId } from '../core/settings/config.ts';

import { METHODS } from '../core/methods/index.ts';
import { NATURAL } from '../core/methods/lbgat/info.ts';
import type { StepContext } from '../core/methods/types.ts';
import { partOf, partStore } from '../core/nn/parameters.ts';
import { ResNet } from '../core/nn/resnet.ts';
import { importWeights } from '../core/nn/weights.ts';
import { lossGradients } from '../core/training/gradients.ts';
import { addAbsolute, addGradients, addStatistics, imageNumbers, images, labels, scalar } from './compare.ts';
import { ATTACK_PIXEL, entry, TOLERANCE, type Reference } from './reference.ts';
import { relative, relativeNorm, shareBeyond, type Report } from './report.ts';

function plainNetwork(reference: Reference): ResNet {
  const { width, blocks } = reference.index;
  const classes = entry(reference.plain!, 'init.linear.bias').shape[0];
  const network = new ResNet({ width, blocks, stemStride: 1, inputScale: 0, classes, splitBn: false }, 0);
  importWeights(network, reference.plain!, 'init.');
  return network;
}

/** Relative changes of an attack's start that `closestShare` tries: some units in the last place of float32. */
const ROUNDINGS = [1, -1, 2, -2, 3, -3, 4, -4].map((ulps) => ulps * 2 ** -23);

/**
 * Share of pixels in which the result of an attack differs from the `official` one. `made` is the result from `start`.
 * The result may depend on rounding: a sign that flips in the first step changes batch statistics, and with them every
 * later step. For AT's attack of reference-a, half of the pixels differ if the start is scaled by 1 + 2^-23. Therefore,
 * if `made` differs too much, this tries starts scaled by `ROUNDINGS`, and resolves to the smallest share.
 */
async function closestShare(
  official: ArrayLike<number>,
  made: tf.Tensor4D,
  start: tf.Tensor4D,
  attack: (start: tf.Tensor4D) => tf.Tensor4D,
): Promise<number> {
  let least = shareBeyond(await imageNumbers(made), official, ATTACK_PIXEL);
  for (const relativeChange of ROUNDINGS) {
    if (least <= TOLERANCE.attackPixels) break;
    const end = tf.tidy(() => attack(tf.mul(start, 1 + relativeChange)));
    least = Math.min(least, shareBeyond(await imageNumbers(end), official, ATTACK_PIXEL));
    end.dispose();
  }
  return least;
}

/** Compares one method's attack, loss, gradients, and the running statistics after its forward passes. */
async function methodCase(reference: Reference, id: MethodId, report: Report): Promise<void> {
  const t = reference.plain!;
  const expected = reference.index.cases.plain!.methods[id];
  const network = plainNetwork(reference);
  const attack = {
    eps: expected.eps ?? expected.epsilon,
    stepSize: expected.alpha ?? expected.step_size,
    steps: expected.steps ?? expected.perturb_steps,
  };
  const method = METHODS[id];
  const switches = { ...DEFAULT_SWITCHES, beta: expected.beta ?? DEFAULT_SWITCHES.beta };
  const extras = method.createExtras(network, switches, 0);
  const natural = network.parts.get(NATURAL.name);
  if (natural) importWeights(partStore(network, natural), t, 'teacher_init.');
  const context: StepContext = { network, extras, switches, attack, balance: 0, progress: 0 };
  const x = images(t, 'x');
  const y = labels(t, 'y');
  const xAdv = images(t, `${id}.x_adv`);
  // The reference's uniform noise is in [-eps, eps], and its Gaussian noise has standard deviation 1.
  const gaussian = method.start(switches) === 'gaussian';
  const scale = gaussian ? 1 : attack.eps;
  const noise = tf.tidy(() => tf.div(images(t, gaussian ? 'randn' : 'noise'), scale) as tf.Tensor4D);
  const made = method.attack(context, x, y, noise);
  const official = entry(t, `${id}.x_adv`).data;
  const share = await closestShare(
    official,
    made.xAdv,
    noise,
    (start) => method.attack(context, x, y, start).xAdv,
  );
  report.add(`${id} x_adv: pixels off`, share, TOLERANCE.attackPixels);
  const lossAt = (z: tf.Tensor4D) =>
    scalar(() => crossEntropy(network.forward(z, { branch: 'adv', mode: 'train' }).logits, y));
  const difference = relative(await lossAt(made.xAdv), await lossAt(xAdv));
  report.add(`${id} x_adv: loss`, difference, TOLERANCE.attackLoss);
  const { gradients, metrics } = tf.tidy(() => {
    const g = lossGradients(method, context, { x, xAdv }, y);
    return { gradients: Object.fromEntries(g.gradients), metrics: g.metrics };
  });
  report.add(`${id} loss`, relative((await metrics.data())[0], expected.loss), TOLERANCE.loss);
  await addGradients(report, `${id} gradients`, new Map(Object.entries(gradients)), t, `${id}.grad.`);
  if (natural) {
    const ofNatural = Object.entries(gradients)
      .filter(([name]) => partOf(network, name) === natural)
      .map(([name, g]) => [name.slice(natural.name.length + 1), g] as const);
    await addGradients(
      report,
      `${id} natural model's gradients`,
      new Map(ofNatural),
      t,
      `${id}.teacher_grad.`,
    );
  }
  await addStatistics(report, `${id} running statistics`, network, t, `${id}.after_forward.`);
  tf.dispose([x, y, xAdv, noise, made.x, made.xAdv, metrics, gradients]);
  network.dispose();
}

async function evaluationCase(reference: Reference, report: Report): Promise<void> {
  const t = reference.plain!;
  const expected = reference.index.cases.plain!.methods.eval;
  const { eps, alpha } = reference.index;
  const network = plainNetwork(reference);
  const f = (z: tf.Tensor4D) => network.forward(z, { branch: 'adv', mode: 'eval' }).logits;
  const x = images(t, 'x');
  const y = labels(t, 'y');
  const clean = tf.tidy(() => f(x));
  await addAbsolute(report, 'eval logits', clean, t, 'eval.logits_clean');
  const gradient = tf.tidy(
    () => tf.grad((z) => tf.sum(crossEntropyPerExample(f(z as tf.Tensor4D), y)))(x) as tf.Tensor4D,
  );
  const error = relativeNorm(await imageNumbers(gradient), entry(t, 'eval.input_grad').data);
  report.add('eval input gradient', error, TOLERANCE.gradient);
  const noise = tf.tidy(() => tf.div(images(t, 'noise'), eps) as tf.Tensor4D);
  const attacked = pgd(f, x, y, { eps, stepSize: alpha, steps: 20, loss: 'ce', starts: [noise] });
  const share = shareBeyond(await imageNumbers(attacked), entry(t, 'eval.pgd20').data, ATTACK_PIXEL);
  report.add('eval PGD-20: pixels off', share, TOLERANCE.attackPixels);
  const lossAt = (z: tf.Tensor4D) => scalar(() => crossEntropy(f(z), y));
  report.add(
    'eval PGD-20: loss',
    relative(await lossAt(attacked), expected.pgd20_loss),
    TOLERANCE.attackLoss,
  );
  report.add('eval clean: loss', relative(await lossAt(x), expected.clean_loss), TOLERANCE.loss);
  tf.dispose([x, y, clean, gradient, noise, attacked]);
  network.dispose();
}

/** Runs the cases of the folder's plain file: every method that this project has, and the evaluation. */
export async function runPlainCases(reference: Reference, report: Report): Promise<void> {
  const { methods } = reference.index.cases.plain!;
  for (const id of Object.keys(methods))
    if (Object.hasOwn(METHODS, id)) await methodCase(reference, id as MethodId, report);
  if (methods.eval) await evaluationCase(reference, report);
}
