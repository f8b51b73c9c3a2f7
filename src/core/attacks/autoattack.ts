/**
 * AutoAttack: APGD-CE, APGD-T, FAB-T, Square, each on the images that those before it did not fool; the standard test
 * of adversarial robustness. Croce & Hein, ICML 2020, https://arxiv.org/abs/2003.01690;
 * https://github.com/fra31/auto-attack, version 'standard'.
 */
import { apgdCe } from './apgd-ce.ts';
import { apgdTargeted } from './apgd-targeted.ts';
import type { Entry } from './attack-set.ts';
import { fabTargeted } from './fab.ts';
import { square } from './square.ts';

export const AUTOATTACK: readonly Entry[] = [apgdCe, apgdTargeted, fabTargeted, square].map((attack) => ({
  attack,
  budget: attack.budget,
}));

/**
 * The same four attacks with a fraction of the steps, for a first look. Its robust accuracy is higher than
 * AutoAttack's, so it must not be called AutoAttack.
 */
export const QUICK_ENSEMBLE: readonly Entry[] = [
  { attack: apgdCe, budget: { iterations: 20, restarts: 1, targets: 0 } },
  { attack: apgdTargeted, budget: { iterations: 20, restarts: 1, targets: 3 } },
  { attack: fabTargeted, budget: { iterations: 20, restarts: 1, targets: 3 } },
  { attack: square, budget: { iterations: 200, restarts: 1, targets: 0 } },
];
