/** APGD-CE: Auto-PGD on the cross-entropy, the first attack of AutoAttack. */
import { autoPgd } from './apgd.ts';
import { crossEntropyPerExample } from './losses.ts';

export const apgdCe = autoPgd({
  id: 'apgd-ce',
  name: 'APGD-CE',
  description:
    'Auto-PGD on cross-entropy: momentum, and a step size that is halved when the loss stops growing.',
  reportRow: 'in-ensemble',
  loss: crossEntropyPerExample,
  targets: 0,
});
