/**
 * Auto-PGD: projected gradient ascent with momentum and a step size that it halves by itself. Croce & Hein, Reliable
 * Evaluation of Adversarial Robustness with an Ensemble of Diverse Parameter-free Attacks, ICML 2020, algorithm 1;
 * constants of the official autopgd_base.py.
 */
import type { RandomStream } from '../random/random.ts';
import { argmax, gatherRows, GRADIENT_COST, type ExampleLoss } from './attack-model.ts';
import type { Attempt } from './restarts.ts';
import { aimsOf, runAims } from './targets.ts';
import { normOf, project, randomStart } from './threat.ts';
import type { AttackInput, EvaluationAttack } from './types.ts';

/** Share of the new direction in a step; 1 - ALPHA is the share of the last step. */
const ALPHA = 0.75;
/** The step size is halved if at most this share of the steps raised the loss. */
const RHO = 0.75;

/**
 * Iterations after which the step size may be halved: after 22 % of them, then after periods that are each shorter by
 * 3 % of the iterations, down to 6 %.
 */
export function checkpoints(iterations: number): number[] {
  let period = Math.max(Math.floor(0.22 * iterations), 1);
  const shortest = Math.max(Math.floor(0.06 * iterations), 1);
  const shrink = Math.max(Math.floor(0.03 * iterations), 1);
  const out: number[] = [];
  for (let at = period; at <= iterations; at += period) {
    out.push(at);
    period = Math.max(period - shrink, shortest);
  }
  return out;
}

/** State of one image. */
interface Climb {
  step: number;
  best: number;
  bestAtCheck: number;
  reduced: boolean;
  /** The loss after each iteration. */
  readonly losses: number[];
}

/**
 * Whether at most the share RHO of the last `period` steps raised the loss. As in the official code, the loss before
 * the first step counts as 0.
 */
export function oscillates(losses: readonly number[], period: number): boolean {
  const last = losses.length - 1;
  let gains = 0;
  for (let j = 0; j < period; j++) if (losses[last - j] > (losses[last - j - 1] ?? 0)) gains++;
  return gains <= period * RHO;
}

/** One run from a random start. An image leaves the run as soon as it is fooled, and keeps that x'. */
async function climb(
  { model, threat, pace }: AttackInput,
  { x, y, targets }: Attempt,
  iterations: number,
  loss: ExampleLoss,
  stream: RandomStream,
) {
  const { imageSize: size, classes } = model;
  const n = y.length;
  const fooled = new Uint8Array(n);
  const current = randomStart(threat, x, size, stream);
  const previous = current.slice();
  const gradient = new Float32Array(x.length);
  const best = current.slice();
  const bestGradient = new Float32Array(x.length);
  const states: Climb[] = [];
  let active = Array.from({ length: n }, (_, i) => i);

  const evaluate = async () => {
    const images = gatherRows(current, size, active);
    const pass = await model.gradient(images, gatherRows(y, 1, active), gatherRows(targets, 1, active), loss);
    active.forEach((i, r) => {
      gradient.set(pass.gradient.subarray(r * size, (r + 1) * size), i * size);
      if (argmax(pass.logits, classes, r) !== y[i]) fooled[i] = 1;
    });
    await pace(GRADIENT_COST * active.length);
    return pass.losses;
  };
  const copyBest = (i: number) => {
    const [from, to] = [i * size, (i + 1) * size];
    best.set(current.subarray(from, to), from);
    bestGradient.set(gradient.subarray(from, to), from);
  };

  const first = await evaluate();
  for (let i = 0; i < n; i++) {
    states.push({ step: 2 * threat.eps, best: first[i], bestAtCheck: first[i], reduced: true, losses: [] });
    copyBest(i);
  }
  const checks = checkpoints(iterations);
  let lastCheck = 0;
  const proposal = new Float32Array(size);
  for (let iteration = 0; iteration < iterations; iteration++) {
    active = active.filter((i) => !fooled[i]);
    if (active.length === 0) break;
    for (const i of active)
      advance(threat, states[i].step, iteration === 0 ? 1 : ALPHA, i * size, size, proposal, {
        x,
        current,
        previous,
        gradient,
      });
    const losses = await evaluate();
    const checking = checks.includes(iteration + 1);
    active.forEach((i, r) => {
      const s = states[i];
      s.losses.push(losses[r]);
      if (losses[r] > s.best) {
        s.best = losses[r];
        copyBest(i);
      }
      // An image that is fooled keeps the point at which it was.
      if (!checking || fooled[i]) return;
      const stuck = !s.reduced && s.bestAtCheck >= s.best;
      s.reduced = oscillates(s.losses, iteration + 1 - lastCheck) || stuck;
      s.bestAtCheck = s.best;
      if (!s.reduced) return;
      s.step /= 2;
      const [from, to] = [i * size, (i + 1) * size];
      current.set(best.subarray(from, to), from);
      gradient.set(bestGradient.subarray(from, to), from);
    });
    if (checking) lastCheck = iteration + 1;
  }
  // An image that is not fooled gets its point of the largest loss.
  for (let i = 0; i < n; i++) if (!fooled[i]) current.set(best.subarray(i * size, (i + 1) * size), i * size);
  return { adversarial: current, fooled };
}

interface Iterate {
  readonly x: Float32Array;
  readonly current: Float32Array;
  readonly previous: Float32Array;
  readonly gradient: Float32Array;
}

/** z = P(x_k + step * direction); x_{k+1} = P(x_k + a (z - x_k) + (1 - a)(x_k - x_{k-1})), of the image at `o`. */
function advance(
  threat: AttackInput['threat'],
  step: number,
  a: number,
  o: number,
  size: number,
  proposal: Float32Array,
  { x, current, previous, gradient }: Iterate,
): void {
  const scale = threat.norm === 'l2' ? step / (normOf('l2', gradient, o, size) + 1e-12) : step;
  const origin = x.subarray(o, o + size);
  for (let j = 0; j < size; j++) {
    const g = gradient[o + j];
    proposal[j] = current[o + j] + scale * (threat.norm === 'l2' ? g : Math.sign(g));
  }
  project(threat, proposal, origin, 0, size);
  for (let j = 0; j < size; j++) {
    const at = current[o + j];
    proposal[j] = at + (proposal[j] - at) * a + (at - previous[o + j]) * (1 - a);
    previous[o + j] = at;
  }
  project(threat, proposal, origin, 0, size);
  current.set(proposal, o);
}

/**
 * `ratio`, or `margin`, its numerator, with two classes: the ratio needs a third logit, and the official code refuses
 * two classes. The steps do not depend on the scale of the loss.
 */
export const ratioOrMargin =
  (ratio: ExampleLoss, margin: ExampleLoss): ExampleLoss =>
  (logits, y, targets) =>
    (logits.shape[1] < 3 ? margin : ratio)(logits, y, targets);

/** What differs between the Auto-PGD attacks. */
type AutoPgd = Pick<EvaluationAttack, 'id' | 'name' | 'description' | 'reportRow'> & {
  readonly loss: ExampleLoss;
  /** How many wrong classes to aim at in turn, the most likely first; 0: away from the label. */
  readonly targets: number;
};

/** An Auto-PGD attack with AutoAttack's budget of 100 iterations and one restart. */
export function autoPgd({ loss, targets, ...words }: AutoPgd): EvaluationAttack {
  const { id } = words;
  // Each targeted run begins with one pass that ranks the classes.
  const ranking = targets > 0 ? 1 : 0;
  return {
    ...words,
    source: 'Croce & Hein, ICML 2020, https://arxiv.org/abs/2003.01690',
    whiteBox: true,
    norms: ['linf', 'l2'],
    budget: { iterations: 100, restarts: 1, targets },
    stepSize: () => null,
    passes: (b, classes) =>
      aimsOf(b, classes).length * b.restarts * (GRADIENT_COST * (b.iterations + 1) + ranking),
    run: (input, budget) =>
      runAims(id, input, budget, (attempt, stream) => climb(input, attempt, budget.iterations, loss, stream)),
  };
}
