import type { AttackInfo } from '../../../worker/viewer.ts';

/** PGD-20 as the engine describes it to the viewer. */
export const PGD_INFO: AttackInfo = {
  id: 'pgd-20',
  name: 'PGD-20',
  description: 'Steps along the sign of the gradient.',
  source: 'Madry et al. (2018)',
  norms: ['linf', 'l2'],
  iterations: 20,
  adjustable: true,
  restarts: 1,
  targets: 0,
  whiteBox: true,
};
