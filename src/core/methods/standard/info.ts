import { aratRate, type MethodInfo } from '../method-info.ts';

export const STANDARD_INFO: MethodInfo<'standard'> = {
  id: 'standard',
  name: 'Standard',
  description:
    'Trains on clean images only. The upper reference for clean accuracy; an attack breaks it almost completely.',
  equation: 'CE(f(x), y)',
  citation: {
    text: 'Empirical risk minimisation',
    url: 'https://en.wikipedia.org/wiki/Empirical_risk_minimization',
  },
  switches: [],
  conflictBetween: null,
  terms: ['ce'],
  paperRows: [],
  officialRate: aratRate,
  beside: [],
  passes: () => 3,
};
