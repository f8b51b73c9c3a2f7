import type { Check } from './types.ts';

export const zeroGradients: Check = {
  id: 'zero-gradients',
  title: 'Gradients are not zero',
  why: 'Where the gradient is exactly 0, a gradient attack stands still: saturated outputs hide weakness, they do not remove it (Carlini & Wagner 2017).',
  run: ({ zeroGradients: zero, clean }) =>
    zero > 0 ? `The loss has a gradient of exactly 0 at ${zero} of ${clean.length} images.` : null,
};
