/** A perturbation radius in words. */
import type { Threat } from '../attacks/types.ts';

/** A radius as the field writes it: `8/255` in L-inf, `0.5` in L2. */
export const radiusText = ({ norm, eps }: Threat): string =>
  norm === 'linf' ? `${Number((eps * 255).toFixed(1))}/255` : String(Number(eps.toFixed(3)));
