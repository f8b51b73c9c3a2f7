/**
 * APGD-DLR: Auto-PGD on the difference of logits ratio, whose gradient does not vanish when the logits are large.
 * AutoAttack uses the targeted form instead.
 */
import { autoPgd, ratioOrMargin } from './apgd.ts';
import { dlrPerExample, marginPerExample } from './losses.ts';

export const apgdDlr = autoPgd({
  id: 'apgd-dlr',
  name: 'APGD-DLR',
  description:
    'Auto-PGD on the difference of logits ratio: momentum, and a step size that is halved when the loss stops growing.',
  reportRow: 'none',
  loss: ratioOrMargin(dlrPerExample, marginPerExample),
  targets: 0,
});
