/** A perturbation radius as text. */
import type { Threat } from '../attacks/types.ts';

/** A radius as papers write it: `8/255` in L-inf, `0.5` in L2. */
export const radiusText = ({ norm, eps }: Threat): string =>
  norm === 'linf' ? `${Number((eps * 255).toFixed(1))}/255` : String(Number(eps.toFixed(3)));

/**
 * If a radius or step is above `most`, a clause to follow its name that says so; else null. Above 1 it asks whether
 * 255ths were meant, since 8 in place of 8/255 is a frequent slip.
 */
export function aboveRange(value: number, most = 1): string | null {
  if (value <= most) return null;
  const meant = value <= 255 ? `: did you mean ${Number(value.toFixed(4))}/255?` : '.';
  return `must be at most ${most}, not ${Number(value.toFixed(4))}, since pixels lie in [0,1]${meant}`;
}
