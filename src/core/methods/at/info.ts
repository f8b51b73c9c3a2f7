import { aratRate, type MethodInfo } from '../method-info.ts';

export const AT_INFO: MethodInfo<'at'> = {
  id: 'at',
  name: 'AT',
  description:
    'Adversarial training: every image is replaced by the worst one that PGD finds within eps, and the network learns to classify that.',
  equation: 'CE(f(x′), y),  x′ = argmax CE within ‖x′ − x‖∞ ≤ ε',
  citation: { text: 'Madry et al., ICLR 2018', url: 'https://arxiv.org/abs/1706.06083' },
  switches: ['officialAliasing', 'attackUpdatesStatistics', 'matchArat'],
  conflictBetween: null,
  terms: ['ceAdv'],
  paperRows: [{}],
  officialRate: aratRate,
  beside: [],
  passes: (k) => 2 * k + 3,
};
