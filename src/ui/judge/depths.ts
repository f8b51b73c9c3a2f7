/** The depths of a robustness report in words. */
import { autoAttackName, isStandard } from '../../core/judge/ensemble-names.ts';
import type { Depth } from '../../core/judge/plan.ts';

interface DepthWords {
  readonly value: Depth;
  /** The name that the report gives the depth's ensemble; of AutoAttack it depends on the number of classes. */
  readonly label: (classes: number) => string;
  readonly words: (classes: number) => string;
}

export const DEPTHS: readonly DepthWords[] = [
  {
    value: 'look',
    label: () => 'First look',
    words: () => 'Noise, FGSM, PGD-20 on two losses, an ε sweep and the transfer between the models.',
  },
  {
    value: 'quick',
    label: () => 'Quick ensemble',
    words: () =>
      'Also MIM, targeted PGD, PGD-100, and the four attacks of AutoAttack with a fraction of their steps: accuracies are higher than under AutoAttack.',
  },
  {
    value: 'autoattack',
    label: autoAttackName,
    words: (classes) =>
      `Also MIM, targeted PGD, PGD-100, and the full sequence APGD-CE, APGD-T, FAB-T, Square with its published budgets: ${
        isStandard(classes)
          ? 'what RobustBench reports.'
          : 'not what RobustBench reports, because APGD-T’s loss needs four classes.'
      }`,
  },
];
