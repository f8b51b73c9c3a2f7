/**
 * APGD-DLR: Auto-PGD on the difference of logits ratio, which saturated logits do not blind. AutoAttack uses the
 * targeted form instead.
 */
import { autoPgd, ratioOrMargin } from './apgd.ts';
import { dlrPerExample, marginPerExample } from './losses.ts';

export const apgdDlr = autoPgd({
  id: 'apgd-dlr',
  name: 'APGD-DLR',
  description:
    'Auto-PGD on the difference of logits ratio: momentum, and a step size that halves itself when it no longer gains.',
  reportRow: 'none',
  loss: ratioOrMargin(dlrPerExample, marginPerExample),
  targets: 0,
});
