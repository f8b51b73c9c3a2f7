import { ARAT_INFO } from '../arat/info.ts';
import { AVERAGE_PARTS, AVERAGE_SWITCHES } from '../averaging/info.ts';
import type { MethodInfo } from '../method-info.ts';

export const ARAT_SWA_INFO: MethodInfo<'arat-swa'> = {
  ...ARAT_INFO,
  id: 'arat-swa',
  name: 'ARAT+SWA',
  description:
    'ARAT whose weights are averaged over the last epochs; the average is what is judged, with BatchNorm statistics measured anew, those of the adversarial set on adversarial images.',
  equation: 'θ̄ = mean of θ after the last epochs; θ as ARAT trains it',
  // The average's statistics are measured for each set apart, so that none can be shared.
  switches: [...ARAT_INFO.switches.filter((name) => name !== 'splitParts'), ...AVERAGE_SWITCHES],
  beside: [...ARAT_INFO.beside, ...AVERAGE_PARTS],
  // As ARAT's: measuring the average's statistics, at most 1,000 images once an epoch, is no part of a step.
};
