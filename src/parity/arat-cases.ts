/**
 * The ARAT cases of a reference folder: attack, logits in training and evaluation mode, three steps with terms and
 * gradients, conflict, ablations.
 */
import * as tf from '@tensorflow/tfjs-core';
import { conflictOf, conflictSums } from '../core/analysis/gradient-conflict.ts';
import { crossEntropy } from '../core/attacks/losses.ts';
import { DEFAULT_SWITCHES, type Switches } from '../core/settings/config.ts';
import { arat, type AratExtras } from '../core/methods/arat/method.ts';

import type { StepContext } from '../core/methods/types.ts';
import { ResNet } from '../core/nn/resnet.ts';
import { importWeights } from '../core/nn/weights.ts';
import { conflictingGradients, lossGradients } from '../core/training/gradients.ts';
import { Sgd } from '../core/training/optimiser.ts';
import { addAbsolute, addGradients, addState, imageNumbers, images, labels, scalar } from './compare.ts';
import { ATTACK_PIXEL, entry, TOLERANCE, type Reference, type Tensors } from './reference.ts';
import { relative, shareBeyond, type Report } from './report.ts';

const ATTACK_STEPS = 10;

/** The network and the step's context in the reference's initial state; the caller disposes the network. */
function start(
  reference: Reference,
  changes: Partial<Switches>,
): { network: ResNet; context: StepContext<AratExtras> } {
  const { index } = reference;
  const switches = { ...DEFAULT_SWITCHES, invarianceWeight: index.cases.arat!.invariance_weight, ...changes };
  const classes = entry(reference.arat!, 'init.linear.bias').shape[0];
  const spec = {
    width: index.width,
    blocks: index.blocks,
    stemStride: 1,
    inputScale: 0,
    classes,
    splitBn: true,
  } as const;
  const network = new ResNet(spec, 0);
  const extras = arat.createExtras(network, switches, 0);
  importWeights(network, reference.arat!, 'init.');
  const attack = { eps: index.eps, stepSize: index.alpha, steps: ATTACK_STEPS };
  return {
    network,
    context: { network, extras, switches, attack, balance: index.cases.arat!.prev_train_acc, progress: 0 },
  };
}

async function attackCase(
  context: StepContext<AratExtras>,
  t: Tensors,
  report: Report,
  inputs: Inputs,
): Promise<void> {
  const { x, y, xAdv } = inputs;
  const noise = tf.tidy(() => tf.div(images(t, 'noise'), context.attack.eps) as tf.Tensor4D);
  const made = arat.attack(context, x, y, noise);
  const share = shareBeyond(await imageNumbers(made.xAdv), entry(t, 'x_adv').data, ATTACK_PIXEL);
  report.add('arat x_adv: pixels off', share, TOLERANCE.attackPixels);
  const lossAt = (z: tf.Tensor4D) =>
    scalar(() => crossEntropy(context.network.forward(z, { branch: 'adv', mode: 'train' }).logits, y));
  report.add('arat x_adv: loss', relative(await lossAt(made.xAdv), await lossAt(xAdv)), TOLERANCE.attackLoss);
  tf.dispose([noise, made.x, made.xAdv]);
}

interface Inputs {
  readonly x: tf.Tensor4D;
  readonly y: tf.Tensor1D;
  readonly xAdv: tf.Tensor4D;
}

async function forwardCase(
  context: StepContext<AratExtras>,
  t: Tensors,
  report: Report,
  layers: readonly string[],
  inputs: Inputs,
) {
  for (const [branch, x] of [
    ['clean', inputs.x],
    ['adv', inputs.xAdv],
  ] as const) {
    const evaluated = tf.tidy(() => context.network.forward(inputs.x, { branch, mode: 'eval' }).logits);
    await addAbsolute(report, 'arat eval logits', evaluated, t, `eval.logits_${branch}_bn`);
    const out = tf.tidy(() => {
      const { logits, features } = context.network.forward(x, { branch, mode: 'train', features: layers });
      return { logits, ...features };
    });
    await addAbsolute(report, 'arat step logits', out.logits, t, `step.logits_${branch}`);
    for (const layer of layers)
      await addAbsolute(
        report,
        'arat step features',
        (out as Record<string, tf.Tensor>)[layer],
        t,
        `step.feature_${branch}.${layer}`,
      );
    tf.dispose([evaluated, ...Object.values(out)]);
  }
}

async function stepCases(
  reference: Reference,
  context: StepContext<AratExtras>,
  report: Report,
  inputs: Inputs,
): Promise<void> {
  const t = reference.arat!;
  const { sgd, steps } = reference.index.cases.arat!;
  const optimiser = new Sgd(context.network.trainable, {
    momentum: sgd.momentum,
    weightDecay: sgd.weight_decay,
  });
  for (const [i, expected] of steps.entries()) {
    const { gradients, metrics } = tf.tidy(() => {
      const g = lossGradients(arat, context, inputs, inputs.y);
      return { gradients: Object.fromEntries(g.gradients), metrics: g.metrics };
    });
    const [loss, ceAdv, ceClean, invariance] = await metrics.data();
    const perLayer = Object.values(expected.invariance);
    const mean = perLayer.reduce((a, b) => a + b, 0) / perLayer.length;
    const tolerance = i === 0 ? TOLERANCE.loss : TOLERANCE.after3;
    const which = i === 0 ? 'arat step 1' : 'arat steps 2, 3';
    report.add(`${which}: loss`, relative(loss, expected.loss), tolerance, `step ${i + 1}`);
    report.add(`${which}: terms`, relative(ceAdv, expected.ce_adv), tolerance, `ce_adv, step ${i + 1}`);
    report.add(`${which}: terms`, relative(ceClean, expected.ce_clean), tolerance, `ce_clean, step ${i + 1}`);
    report.add(`${which}: terms`, relative(invariance, mean), tolerance, `invariance, step ${i + 1}`);
    const map = new Map(Object.entries(gradients));
    if (i === 0) await addGradients(report, 'arat gradients', map, t, 'grad.');
    optimiser.step(map, sgd.lr);
    tf.dispose([metrics, ...map.values()]);
    if (i === 0) await addState(report, 'arat after 1 step', context.network, t, 'after1.', TOLERANCE.after1);
  }
  await addState(
    report,
    `arat after ${steps.length} steps`,
    context.network,
    t,
    `after${steps.length}.`,
    TOLERANCE.after3,
  );
  optimiser.dispose();
}

async function conflict(context: StepContext<AratExtras>, inputs: Inputs) {
  const weights = context.network.sharedWeights;
  const [sums, first, second] = tf.tidy(() => {
    const g = conflictingGradients(arat, context, inputs, inputs.y);
    const all = conflictSums(g.first.gradients, g.second!.gradients, weights);
    const [, ceAdv, ceClean, invariance] = tf.unstack(g.first.metrics);
    g.first.metrics.dispose();
    const a = context.switches.autoBalance ? context.balance : 0.5;
    const classification = tf.add(tf.mul(ceAdv, a), tf.mul(ceClean, 1 - a));
    return [all, classification, tf.mul(invariance, context.switches.invarianceWeight)];
  });
  const out = {
    ...conflictOf(await sums.data(), weights),
    classification: (await first.data())[0],
    invarianceWeighted: (await second.data())[0],
  };
  tf.dispose([sums, first, second]);
  return out;
}

async function conflictCase(reference: Reference, report: Report, inputs: Inputs): Promise<void> {
  const expected = reference.index.cases.arat_conflict;
  if (!expected) return;
  const { network, context } = start(reference, {});
  const c = await conflict(context, inputs);
  report.add('conflict: cosine', Math.abs(c.cosine - expected.cosine), TOLERANCE.conflict);
  report.add('conflict: ratio', Math.abs(c.ratio - expected.conflict_ratio), TOLERANCE.conflict);
  for (const [name, value] of Object.entries(expected.per_layer_cosine))
    report.add(
      'conflict: cosine by layer',
      Math.abs((c.perLayer[name] ?? NaN) - value),
      TOLERANCE.conflict,
      name,
    );
  network.dispose();
}

/** The switches of an ablation named like `split-cos-sim-stop_grad-no_predictor`. */
function ablation(name: string): Partial<Switches> {
  return {
    splitBn: name.startsWith('split-'),
    metric: name.includes('-mse-') ? 'mse' : 'cosine',
    stopGradient: name.includes('-stop_grad'),
    predictor: !name.endsWith('-no_predictor'),
  };
}

async function ablationCases(reference: Reference, report: Report, inputs: Inputs): Promise<void> {
  for (const [name, expected] of Object.entries(reference.index.cases.arat_ablations?.values ?? {})) {
    const { network, context } = start(reference, ablation(name));
    // Without split BN, the reference sends both inputs through the adv set of the split network.
    if (!context.switches.splitBn) {
      const forward = network.forward.bind(network);
      network.forward = (x, options) => forward(x, { ...options, branch: 'adv' });
    }
    const c = await conflict(context, inputs);
    report.add(
      'ablations: classification',
      relative(c.classification, expected.classification),
      TOLERANCE.loss,
      name,
    );
    report.add(
      'ablations: invariance',
      relative(c.invarianceWeighted, expected.invariance_weighted),
      TOLERANCE.loss,
      name,
    );
    report.add('ablations: cosine', Math.abs(c.cosine - expected.cosine), TOLERANCE.conflict, name);
    report.add(
      'ablations: conflict ratio',
      Math.abs(c.ratio - expected.conflict_ratio),
      TOLERANCE.conflict,
      name,
    );
    network.dispose();
  }
}

/** Runs every ARAT case of the folder. */
export async function runAratCases(reference: Reference, report: Report): Promise<void> {
  const t = reference.arat!;
  const inputs: Inputs = { x: images(t, 'x'), y: labels(t, 'y'), xAdv: images(t, 'x_adv') };
  const { network, context } = start(reference, {});
  await attackCase(context, t, report, inputs);
  await forwardCase(context, t, report, reference.index.cases.arat!.layers, inputs);
  await stepCases(reference, context, report, inputs);
  network.dispose();
  await conflictCase(reference, report, inputs);
  await ablationCases(reference, report, inputs);
  tf.dispose([inputs.x, inputs.y, inputs.xAdv]);
}
