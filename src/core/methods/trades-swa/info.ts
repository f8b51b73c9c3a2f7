import { AVERAGE_PARTS, AVERAGE_SWITCHES } from '../averaging/info.ts';
import type { MethodInfo } from '../method-info.ts';
import { TRADES_INFO } from '../trades/info.ts';

export const TRADES_SWA_INFO: MethodInfo<'trades-swa'> = {
  ...TRADES_INFO,
  id: 'trades-swa',
  name: 'TRADES+SWA',
  description:
    'TRADES whose weights are averaged over the last epochs, by the same rule as in ARAT+SWA; the average is what is judged, with BatchNorm statistics measured anew on adversarial images.',
  equation: 'θ̄ = mean of θ after the last epochs; θ as TRADES trains it',
  citation: {
    text: 'Zhang et al., ICML 2019, averaged as in Izmailov et al., UAI 2018',
    url: 'https://arxiv.org/abs/1803.05407',
  },
  switches: [...TRADES_INFO.switches, ...AVERAGE_SWITCHES],
  paperRows: [],
  beside: [...TRADES_INFO.beside, ...AVERAGE_PARTS],
};
