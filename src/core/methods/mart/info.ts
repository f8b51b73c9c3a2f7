import type { MethodInfo } from '../method-info.ts';

export const MART_INFO: MethodInfo<'mart'> = {
  id: 'mart',
  name: 'MART',
  description:
    'Misclassification-aware: pushes the adversarial prediction away from its strongest rival, and ties it to the clean one (weight β) most where the clean image is not yet learnt.',
  equation: 'BCE(f(x′), y) + β (1 − p_y(x)) KL(f(x) ‖ f(x′)),  x′ = argmax CE',
  citation: { text: 'Wang et al., ICLR 2020', url: 'https://openreview.net/forum?id=rklOg6EFwS' },
  switches: ['beta'],
  conflictBetween: ['boosted cross-entropy', 'KL'],
  terms: ['bce', 'kl'],
  paperRows: [{}],
  beside: [],
  passes: (k) => 2 * k + 6,
};
