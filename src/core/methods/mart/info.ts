import { tradesRate, type MethodInfo } from '../method-info.ts';

export const MART_INFO: MethodInfo<'mart'> = {
  id: 'mart',
  name: 'MART',
  description:
    'Misclassification-aware: pushes the adversarial prediction away from its strongest rival, and ties it to the clean one (weight β) most where the clean image is not yet learnt.',
  equation: 'BCE(f(x′), y) + β (1 − p_y(x)) KL(f(x) ‖ f(x′)),  x′ = argmax CE',
  citation: { text: 'Wang et al., ICLR 2020', url: 'https://openreview.net/forum?id=rklOg6EFwS' },
  switches: ['beta', 'recipe'],
  conflictBetween: ['boosted cross-entropy', 'KL'],
  terms: ['bce', 'kl'],
  paperRows: [{}],
  officialRate: tradesRate,
  // train_resnet.py and train_wideresnet.py.
  ownRecipe: {
    ...{ learningRate: 0.01, weightDecay: 3.5e-3, eps: 0.031, stepSize: 0.007, beta: 5 },
    wide: { learningRate: 0.1, weightDecay: 7e-4, beta: 6 },
  },
  beside: [],
  // Where β is 0, no gradient is taken of x.
  passes: (k, { beta }) => 2 * k + (beta === 0 ? 4 : 6),
};
