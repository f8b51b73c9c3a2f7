import { aratRate, type MethodInfo } from '../method-info.ts';

export const CA_AT_INFO: MethodInfo<'ca-at'> = {
  id: 'ca-at',
  name: 'CA-AT',
  description:
    'Conflict-aware: where the gradients of the clean and the adversarial loss differ by more than a given angle, it adds as much of the clean gradient to the adversarial one as brings the angle down to it; else it follows the clean gradient alone.',
  equation:
    'g = g_a + λ* g_c if cos(g_a, g_c) < γ, else g_c;  g_c = ∇CE(f(x), y), g_a = ∇CE(f(x′), y), λ* so that cos(g, g_c) = γ',
  citation: { text: 'Xue, Wang, Qin, Pedarsani, 2024', url: 'https://arxiv.org/abs/2410.16579' },
  switches: ['conflictThreshold'],
  conflictBetween: ['adversarial cross-entropy', 'clean cross-entropy'],
  terms: ['ceAdv', 'ceClean'],
  paperRows: [],
  officialRate: aratRate,
  beside: [],
  // x and x′ are computed once for each of the two gradients.
  passes: (k) => 2 * k + 8,
};
