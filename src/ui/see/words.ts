/** Attacks and budgets in words for the example viewer. */
import type { Norm } from '../../core/attacks/types.ts';
import type { AttackInfo, ExampleRequest } from '../../worker/viewer.ts';
import { in255 } from '../shared/format.ts';

export const normName = (norm: Norm): string => (norm === 'linf' ? 'L∞' : 'L2');

/** A size in the norm's usual unit: `8/255` (L-inf) or `0.500` (L2). */
export const sizeIn = (norm: Norm, x: number): string => (norm === 'linf' ? in255(x) : x.toFixed(3));

/** e.g. `PGD-20` with 40 steps -> `PGD, 40 steps`. */
export function attackInWords(attack: AttackInfo, iterations: number): string {
  const parts = [attack.adjustable ? attack.name.replace(/-\d+/, '') : attack.name];
  if (attack.adjustable) parts.push(`${iterations} ${attack.whiteBox ? 'steps' : 'queries'}`);
  if (attack.restarts > 1) parts.push(`${attack.restarts} tries`);
  if (attack.targets > 0) parts.push(`up to ${attack.targets} target classes`);
  return parts.join(', ');
}

export function requestInWords(attack: AttackInfo, { norm, eps, iterations }: ExampleRequest): string {
  return `${attackInWords(attack, iterations)}; ${normName(norm)}, ε ${sizeIn(norm, eps)}`;
}
