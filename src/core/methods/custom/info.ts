import { ownMethodOf, passCount, usesBalance } from '../../formula/own-method.ts';
import { PREDICTORS } from '../arat/info.ts';
import { aratRate, type MethodInfo } from '../method-info.ts';

export const CUSTOM_INFO: MethodInfo<'custom'> = {
  id: 'custom',
  name: 'Custom',
  description:
    'A method of your own: the attack’s objective and the loss’s two terms are formulas, which are checked and computed as they are written.',
  equation: 'first term + second term,  x′ = argmax of the attack objective within ‖x′ − x‖∞ ≤ ε',
  citation: null,
  switches: [
    'attackObjective',
    'firstTerm',
    'secondTerm',
    'splitBn',
    'alignedLayers',
    'attackStart',
    'attackMode',
  ],
  conflictBetween: ['first term', 'second term'],
  terms: ['first', 'second'],
  paperRows: [],
  // Made only if a term has h.
  officialRate: aratRate,
  beside: [PREDICTORS],
  usesBalance: (switches) => usesBalance(ownMethodOf(switches)),
  passes: (k, switches) => passCount(ownMethodOf(switches), switches.splitBn, k),
};
