/** Names of the report's ensembles. Free of tensors: the page imports them. */

export const QUICK_NAME = 'Quick ensemble (not AutoAttack)';

/** The standard AutoAttack needs four classes: its targeted DLR divides by the third and fourth largest logits. */
export const isStandard = (classes: number): boolean => classes >= 4;

/** With fewer classes the sequence runs on another loss, and its name says which. */
export function autoAttackName(classes: number): string {
  if (isStandard(classes)) return 'AutoAttack (standard)';
  const loss =
    classes === 3 ? 'targeted DLR over the third logit alone' : 'the logit margin for targeted DLR';
  return `AutoAttack’s sequence, not standard: ${loss} (${classes} classes)`;
}
