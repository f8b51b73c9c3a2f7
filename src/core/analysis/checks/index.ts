/** The checks of a robustness report, in the order in which they are shown. A new one is a file and a line here. */
import { ball } from './ball.ts';
import { blackBox } from './black-box.ts';
import { iterative } from './iterative.ts';
import { monotone } from './monotone.ts';
import { moreSteps } from './more-steps.ts';
import { randomness } from './randomness.ts';
import { statistics } from './statistics.ts';
import { total } from './total.ts';
import type { Check } from './types.ts';
import { whiteBox } from './white-box.ts';
import { zeroGradients } from './zero-gradients.ts';

export const CHECKS: readonly Check[] = [
  ball,
  statistics,
  randomness,
  iterative,
  moreSteps,
  monotone,
  total,
  whiteBox,
  zeroGradients,
  blackBox,
];
