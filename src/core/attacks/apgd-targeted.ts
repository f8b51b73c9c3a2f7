/** APGD-T: Auto-PGD on the targeted difference of logits ratio, the second attack of AutoAttack. */
import { autoPgd, ratioOrMargin } from './apgd.ts';
import { targetedDlrPerExample, targetMarginPerExample } from './losses.ts';

export const apgdTargeted = autoPgd({
  id: 'apgd-t',
  name: 'APGD-T',
  description: 'Auto-PGD on the targeted difference of logits ratio, towards one wrong class after another.',
  reportRow: 'in-ensemble',
  loss: ratioOrMargin(targetedDlrPerExample, targetMarginPerExample),
  targets: 9,
});
