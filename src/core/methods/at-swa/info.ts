import { AT_INFO } from '../at/info.ts';
import { AVERAGE_PARTS, AVERAGE_SWITCHES } from '../averaging/info.ts';
import type { MethodInfo } from '../method-info.ts';

export const AT_SWA_INFO: MethodInfo<'at-swa'> = {
  ...AT_INFO,
  id: 'at-swa',
  name: 'AT+SWA',
  description:
    'AT whose weights are averaged over the last epochs, by the same rule as in ARAT+SWA; the average is what is judged, with BatchNorm statistics measured anew on adversarial images.',
  equation: 'θ̄ = mean of θ after the last epochs; θ as AT trains it',
  citation: {
    text: 'Madry et al., ICLR 2018, averaged as in Izmailov et al., UAI 2018',
    url: 'https://arxiv.org/abs/1803.05407',
  },
  switches: [...AT_INFO.switches, ...AVERAGE_SWITCHES],
  paperRows: [],
  beside: [...AT_INFO.beside, ...AVERAGE_PARTS],
};
