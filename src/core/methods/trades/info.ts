import { tradesRate, type MethodInfo } from '../method-info.ts';

export const TRADES_INFO: MethodInfo<'trades'> = {
  id: 'trades',
  name: 'TRADES',
  description:
    'Learns to classify clean images, and adds a penalty (weight β) on how far the prediction moves under attack. Both terms pull on the same weights.',
  equation: 'CE(f(x), y) + β KL(f(x) ‖ f(x′)),  x′ = argmax KL',
  citation: { text: 'Zhang et al., ICML 2019', url: 'https://arxiv.org/abs/1901.08573' },
  switches: ['beta', 'recipe'],
  conflictBetween: ['cross-entropy', 'KL'],
  terms: ['ce', 'kl'],
  paperRows: [{}],
  officialRate: tradesRate,
  ownRecipe: { learningRate: 0.1, weightDecay: 2e-4, eps: 0.031, stepSize: 0.007, beta: 6 },
  beside: [],
  // One clean forward for the attack, then x (whose third forward is not computed again) and x′, without its gradient
  // where β is 0.
  passes: (k, { beta }) => 2 * k + (beta === 0 ? 5 : 7),
};
