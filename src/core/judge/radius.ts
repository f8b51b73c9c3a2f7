/** A perturbation radius in words. */
import type { Threat } from '../attacks/types.ts';

/** A radius as the field writes it: `8/255` in L-inf, `0.5` in L2. */
export const radiusText = ({ norm, eps }: Threat): string =>
  norm === 'linf' ? `${Number((eps * 255).toFixed(1))}/255` : String(Number(eps.toFixed(3)));

/**
 * What is wrong with a radius or step above `most`, to follow its name; null where nothing is. 8 for 8/255 is a
 * frequent slip.
 */
export function aboveRange(value: number, most = 1): string | null {
  if (value <= most) return null;
  const meant = value <= 255 ? `: did you mean ${Number(value.toFixed(4))}/255?` : '.';
  return `must be at most ${most}, not ${Number(value.toFixed(4))}, since pixels lie in [0,1]${meant}`;
}
