import { radiusText } from '../radius.ts';
import type { Check } from './types.ts';

/** Images that may stand at the large radius for rounding and luck. */
const SHARE = 0.1;

export const total: Check = {
  id: 'total',
  title: 'Total at large ε',
  why: 'With an unbounded budget every classifier can be fooled: accuracy has to reach about 0 at a large ε (Carlini et al. 2019).',
  run: ({ sweep, largeEps, clean, norm }) => {
    const last = sweep.find((p) => p.eps >= largeEps);
    if (!last || last.correct <= SHARE * clean.length) return null;
    return `${last.correct} of ${clean.length} images stand even at ε ${radiusText({ norm, eps: last.eps })}: the attack is too weak.`;
  },
};
