/** Adversarial examples for the viewer. */
import { attackExample } from '../core/analysis/attack-example.ts';
import { lossSlice } from '../core/analysis/loss-slice.ts';
import { argmax, AttackModel } from '../core/attacks/attack-model.ts';
import { ATTACKS, attackById } from '../core/attacks/registry.ts';
import { normOf } from '../core/attacks/threat.ts';
import type { Budget, EvaluationAttack } from '../core/attacks/types.ts';
import { toFloat } from '../core/data/augment.ts';
import { IMAGE_BYTES, type ImageSet } from '../core/data/dataset.ts';
import type { Subject } from './subjects.ts';
import type { Answer, AttackInfo, ExampleRequest, ExampleView, SliceRequest, SliceView } from './viewer.ts';

/** More on one image would keep a visitor waiting; the report runs the whole budget. */
const MOST = { iterations: 500, targets: 3 };
/** Points along each direction of a slice. */
const SIDE = 21;
/** The worker listens at least this often, in milliseconds. */
const LISTEN_EVERY = 30;

function budgetOf({ budget }: EvaluationAttack): Budget {
  return {
    iterations: Math.min(budget.iterations, MOST.iterations),
    restarts: budget.restarts,
    targets: Math.min(budget.targets, MOST.targets),
  };
}

/** Every attack of the registry with the budget that the viewer gives it. */
export const attackInfos = (): AttackInfo[] =>
  ATTACKS.map((attack) => {
    const { id, name, description, source, norms, whiteBox } = attack;
    const adjustable = attack.budget.iterations > 1;
    return { id, name, description, source, norms, whiteBox, adjustable, ...budgetOf(attack) };
  });

/** Lets messages in between passes, so that a race can be paused while an example is made. */
export function listening(): () => Promise<void> {
  let last = performance.now();
  return async () => {
    if (performance.now() - last < LISTEN_EVERY) return;
    await new Promise((resolve) => setTimeout(resolve));
    last = performance.now();
  };
}

/** Throws where there is no such image. */
function imageAt(set: ImageSet, index: number): Float32Array {
  const n = set.labels.length;
  if (!Number.isInteger(index) || index < 0 || index >= n)
    throw new Error(`There is no test image ${index}: there are images 0 to ${n - 1}.`);
  return toFloat(set.images, [index]);
}

/** Predicted class and probabilities of one image's logits [K]. */
export function answer(logits: Float32Array): Answer {
  const highest = Math.max(...logits);
  const e = Array.from(logits, (z) => Math.exp(z - highest));
  const sum = e.reduce((a, b) => a + b, 0);
  return { predicted: argmax(logits, logits.length, 0), probabilities: e.map((v) => v / sum) };
}

/** One model's view of one test image: attacked through its own gradients in eval mode. */
export async function exampleOf(subject: Subject, set: ImageSet, r: ExampleRequest): Promise<ExampleView> {
  const x = imageAt(set, r.index);
  const attack = attackById(r.attack);
  if (!attack.norms.includes(r.norm)) throw new Error(`${attack.name} knows no ${r.norm} ball.`);
  const own = budgetOf(attack);
  const iterations = attack.budget.iterations > 1 ? r.iterations : own.iterations;
  const { adversarial, cleanLogits, attackedLogits, gradient, path } = await attackExample(
    {
      logits: subject.logits,
      classes: subject.classes,
      x,
      label: set.labels[r.index],
      threat: { norm: r.norm, eps: r.eps },
      seed: r.seed,
      pace: listening(),
    },
    attack,
    { ...own, iterations },
  );
  const perturbation = adversarial.map((v, i) => v - x[i]);
  return {
    label: subject.label,
    image: set.images.slice(r.index * IMAGE_BYTES, (r.index + 1) * IMAGE_BYTES),
    perturbation,
    adversarial: Uint8Array.from(adversarial, (v) => Math.round(v * 255)),
    size: normOf(r.norm, perturbation, 0, perturbation.length),
    trueClass: set.labels[r.index],
    clean: answer(cleanLogits),
    attacked: answer(attackedLogits),
    path,
    gradient,
  };
}

/** The loss around one test image, along the example's perturbation and a random direction. */
export async function sliceOf(subject: Subject, set: ImageSet, r: SliceRequest): Promise<SliceView> {
  const slice = await lossSlice({
    model: new AttackModel(subject.logits, subject.classes),
    x: imageAt(set, r.index),
    label: set.labels[r.index],
    perturbation: r.perturbation,
    threat: { norm: r.norm, eps: r.eps },
    seed: r.seed,
    side: SIDE,
    pace: listening(),
  });
  return { ...slice, label: r.label };
}
