/** Random noise on the ball's surface: the baseline that every other attack must beat. */
import { RandomStream } from '../random/random.ts';
import { argmax } from './attack-model.ts';
import { runRestarts } from './restarts.ts';
import { randomStart } from './threat.ts';
import type { EvaluationAttack } from './types.ts';

export const noise: EvaluationAttack = {
  id: 'noise',
  name: 'Random noise',
  description: 'The worst of ten random perturbations of the largest size allowed.',
  source: 'Madry et al., ICLR 2018, section 5',
  whiteBox: false,
  norms: ['linf', 'l2'],
  budget: { iterations: 1, restarts: 10, targets: 0 },
  reportRow: 'look',
  stepSize: () => null,
  passes: (b) => b.restarts,
  run: (input, budget) =>
    runRestarts(input, budget.restarts, [0], async ({ x, y }, restart) => {
      const stream = RandomStream.of(input.seed, `noise batch ${input.batch} restart ${restart}`);
      const adversarial = randomStart(input.threat, x, input.model.imageSize, stream);
      const logits = await input.model.logits(adversarial);
      await input.pace(y.length);
      const wrong = (label: number, i: number) => (argmax(logits, input.model.classes, i) === label ? 0 : 1);
      return { adversarial, fooled: Uint8Array.from(y, wrong) };
    }),
};
