import type { Check } from './types.ts';

/** Rounding of float32 pixels and of an L2 norm over 3,072 of them. */
const ROUNDING = 1e-5;

export const ball: Check = {
  id: 'ball',
  title: 'Inside the budget',
  why: 'An image outside the eps-ball or [0, 1] proves nothing: each x′ is compared with a copy of x that no attack has touched.',
  run: ({ excess }) =>
    excess > ROUNDING
      ? `An adversarial image left the ε-ball or [0, 1] by ${excess.toExponential(1)}.`
      : null,
};
