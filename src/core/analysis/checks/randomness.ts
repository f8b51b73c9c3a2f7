import type { Check } from './types.ts';

export const randomness: Check = {
  id: 'randomness',
  title: 'The model is not random',
  why: 'A random model needs attacks that average over its randomness; these do not (Athalye et al. 2018).',
  run: ({ randomness: difference }) =>
    difference > 0
      ? `Two passes over the same images gave logits that differ by ${difference.toExponential(1)}.`
      : null,
};
