import type { StorePart } from '../../nn/types.ts';
import { ARAT_INFO } from '../arat/info.ts';
import type { MethodInfo } from '../method-info.ts';

/** The network of averaged weights: exported by itself, as what is evaluated. */
export const AVERAGE: StorePart = { name: 'average', trained: false, exported: false };
/** The last epoch that is in the average, and how many epochs are. */
export const AVERAGED_UNTIL: StorePart = { name: 'averaged_until', trained: false, exported: false };
export const AVERAGED_EPOCHS: StorePart = { name: 'averaged_epochs', trained: false, exported: false };

export const ARAT_SWA_INFO: MethodInfo<'arat-swa'> = {
  ...ARAT_INFO,
  id: 'arat-swa',
  name: 'ARAT+SWA',
  description:
    'ARAT whose weights are averaged over the last epochs; the average is what is judged, with BatchNorm statistics measured anew, those of the adversarial set on adversarial images.',
  equation: 'θ̄ = mean of θ after the last epochs; θ as ARAT trains it',
  switches: [...ARAT_INFO.switches, 'averageFrom'],
  beside: [...ARAT_INFO.beside, AVERAGE, AVERAGED_UNTIL, AVERAGED_EPOCHS],
  // As ARAT's: measuring the average's statistics, at most 1,000 images once an epoch, is no part of a step.
};
