/** Gradient ascent with projection, for FGSM, PGD and MIM. The result is the last point, as in their papers. */
import { argmax, GRADIENT_COST, type ExampleLoss } from './attack-model.ts';
import type { Attempt } from './restarts.ts';
import { normOf, project } from './threat.ts';
import type { AttackInput, AttackOutcome } from './types.ts';

export interface StepRule {
  readonly loss: ExampleLoss;
  readonly steps: number;
  /** In [0,1] pixel units. */
  readonly stepSize: number;
  /** Decay mu of the accumulated gradient (MIM); 0: each step follows its own gradient. */
  readonly decay: number;
}

/** `steps` steps from `start` (L-inf along the sign, L2 along the direction of the gradient), each projected. */
export async function signedSteps(
  { model, threat, pace }: AttackInput,
  { x, y, targets }: Attempt,
  start: Float32Array,
  { loss, steps, stepSize, decay }: StepRule,
): Promise<AttackOutcome> {
  const { imageSize: size, classes } = model;
  const adversarial = start.slice();
  const velocity = new Float32Array(x.length);
  for (let step = 0; step < steps; step++) {
    const { gradient } = await model.gradient(adversarial, y, targets, loss);
    await pace(GRADIENT_COST * y.length);
    for (let o = 0; o < x.length; o += size) {
      let scale = 1;
      if (decay > 0) {
        // Dong et al. accumulate gradients of L1 norm 1.
        let l1 = 1e-12;
        for (let j = o; j < o + size; j++) l1 += Math.abs(gradient[j]);
        scale = 1 / l1;
      }
      for (let j = o; j < o + size; j++) velocity[j] = decay * velocity[j] + scale * gradient[j];
      const length = threat.norm === 'l2' ? normOf('l2', velocity, o, size) + 1e-12 : 1;
      for (let j = o; j < o + size; j++)
        adversarial[j] += stepSize * (threat.norm === 'l2' ? velocity[j] / length : Math.sign(velocity[j]));
      project(threat, adversarial.subarray(o, o + size), x.subarray(o, o + size), 0, size);
    }
  }
  const logits = await model.logits(adversarial);
  await pace(y.length);
  const fooled = Uint8Array.from(y, (label, i) => (argmax(logits, classes, i) === label ? 0 : 1));
  return { adversarial, fooled };
}
