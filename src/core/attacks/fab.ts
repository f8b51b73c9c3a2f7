/**
 * FAB-T, the targeted Fast Adaptive Boundary attack: steps to the linearised boundary between the label and a target
 * class, biased towards the original image. Croce & Hein, ICML 2020, https://arxiv.org/abs/1907.02044; constants of the
 * official fab_base.py.
 */
import type { RandomStream } from '../random/random.ts';
import { argmax, gatherRows, GRADIENT_COST } from './attack-model.ts';
import { stepToHyperplane } from './hyperplane.ts';
import { targetMarginPerExample } from './losses.ts';
import type { Attempt } from './restarts.ts';
import { aimsOf, runAims } from './targets.ts';
import { distance, normOf } from './threat.ts';
import type { AttackInput, AttackOutcome, EvaluationAttack, Threat } from './types.ts';

/** Largest weight of the step from the original image. */
const ALPHA_MAX = 0.1;
/** Factor on each step, above 1 to cross the boundary. */
const ETA = 1.05;
/** Share of its distance from the original image that an adversarial point outside the ball keeps. */
const BETA = 0.9;

const clip = (v: number) => (v < 0 ? 0 : v > 1 ? 1 : v);

/** The start of later restarts: a random point at distance eps / 2, clipped to [0,1], as in the official code. */
function randomPoint({ norm, eps }: Threat, x: Float32Array, size: number, stream: RandomStream) {
  const t = norm === 'linf' ? stream.uniformArray(x.length, -1, 1) : stream.normalArray(x.length);
  for (let o = 0; o < x.length; o += size) {
    const scale = (0.5 * eps) / normOf(norm, t, o, size);
    for (let j = o; j < o + size; j++) t[j] = clip(x[j] + t[j] * scale);
  }
  return t;
}

/**
 * One run towards one target class. An image leaves the run once an adversarial point within eps of it is found, since
 * a nearer one would not change the verdict.
 */
async function approach(
  { model, threat, pace }: AttackInput,
  { x, y, targets }: Attempt,
  iterations: number,
  start: Float32Array,
): Promise<AttackOutcome> {
  const { imageSize: size, classes } = model;
  const { norm, eps } = threat;
  const fooled = new Uint8Array(y.length);
  const current = start.slice();
  const found = x.slice();
  const fromCurrent = new Float32Array(size);
  const fromOrigin = new Float32Array(size);
  let active = Array.from(y.keys());
  for (let iteration = 0; iteration < iterations && active.length > 0; iteration++) {
    const labels = gatherRows(y, 1, active);
    const aims = gatherRows(targets, 1, active);
    const pass = await model.gradient(
      gatherRows(current, size, active),
      labels,
      aims,
      targetMarginPerExample,
    );
    active.forEach((i, r) => {
      const [from, to] = [i * size, (i + 1) * size];
      const [point, origin] = [current.subarray(from, to), x.subarray(from, to)];
      const w = pass.gradient.subarray(r * size, (r + 1) * size);
      // The boundary z_t = z_y, linearised at the current point: <w, z> = b.
      let b = -pass.losses[r];
      for (let j = 0; j < size; j++) b += w[j] * point[j];
      stepToHyperplane(norm, point, w, b, fromCurrent);
      stepToHyperplane(norm, origin, w, b, fromOrigin);
      const [a1, a2] = [fromCurrent, fromOrigin].map((d) => Math.max(normOf(norm, d, 0, size), 1e-8));
      const alpha = Math.min(Math.max(a1 / (a1 + a2), 0), ALPHA_MAX);
      for (let j = 0; j < size; j++)
        point[j] = clip(
          (point[j] + ETA * fromCurrent[j]) * (1 - alpha) + (origin[j] + ETA * fromOrigin[j]) * alpha,
        );
    });
    const logits = await model.logits(gatherRows(current, size, active));
    await pace((GRADIENT_COST + 1) * active.length);
    active.forEach((i, r) => {
      if (argmax(logits, classes, r) === y[i]) return;
      const [from, to] = [i * size, (i + 1) * size];
      if (distance(norm, current, x, from, size) <= eps) {
        fooled[i] = 1;
        found.set(current.subarray(from, to), from);
      } else for (let j = from; j < to; j++) current[j] = x[j] + (current[j] - x[j]) * BETA;
    });
    active = active.filter((i) => !fooled[i]);
  }
  return { adversarial: found, fooled };
}

export const fabTargeted: EvaluationAttack = {
  id: 'fab-t',
  name: 'FAB-T',
  description:
    'Steps towards the linearised boundary to each wrong class and looks for the nearest point beyond it.',
  source: 'Croce & Hein, ICML 2020, https://arxiv.org/abs/1907.02044',
  whiteBox: true,
  norms: ['linf', 'l2'],
  budget: { iterations: 100, restarts: 1, targets: 9 },
  reportRow: 'in-ensemble',
  stepSize: () => null,
  passes: (b, classes) => aimsOf(b, classes).length * b.restarts * ((GRADIENT_COST + 1) * b.iterations + 1),
  run: (input, budget) =>
    runAims('fab-t', input, budget, (attempt, stream, restart) => {
      const start =
        restart === 0 ? attempt.x : randomPoint(input.threat, attempt.x, input.model.imageSize, stream);
      return approach(input, attempt, budget.iterations, start);
    }),
};
