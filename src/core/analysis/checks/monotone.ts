import { radiusText } from '../radius.ts';
import type { Check } from './types.ts';

export const monotone: Check = {
  id: 'monotone',
  title: 'Accuracy falls with ε',
  why: 'A larger budget contains the smaller one: more images standing at a larger ε means that the attack failed there (Carlini et al. 2019).',
  run: ({ sweep, norm }) => {
    const at = sweep.findIndex((p, i) => i > 0 && p.correct > sweep[i - 1].correct);
    if (at < 0) return null;
    const [before, after] = [sweep[at - 1], sweep[at]];
    const radius = (eps: number) => radiusText({ norm, eps });
    return `${after.correct} images stand at ε ${radius(after.eps)}, only ${before.correct} at ε ${radius(before.eps)}.`;
  },
};
