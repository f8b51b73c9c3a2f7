/** The visitor's settings of the example viewer, and the request to the engine that they make. */
import type { Norm } from '../../core/attacks/types.ts';
import type { AttackInfo, ExampleRequest } from '../../worker/viewer.ts';

export interface ExampleSettings {
  readonly index: number;
  /** Id of the attack. */
  readonly attack: string;
  readonly norm: Norm;
  /** Radius of the L-inf ball in 1/255. */
  readonly eps255: number;
  /** Radius of the L2 ball in pixel units of [0,1]. */
  readonly epsL2: number;
  /** Number of steps or queries; null: that of the attack. */
  readonly iterations: number | null;
  readonly seed: number;
}

export const LIMITS = { eps255: 64, epsL2: 5, iterations: 1000 } as const;

export const DEFAULT_SETTINGS: ExampleSettings = {
  index: 0,
  attack: 'pgd-20',
  norm: 'linf',
  eps255: 8,
  epsL2: 0.5,
  iterations: null,
  seed: 0,
};

const within = (x: number, min: number, max: number) =>
  Math.min(max, Math.max(min, Number.isFinite(x) ? x : min));

/** The request for an example, with every number clamped to LIMITS and to the `images` test images. */
export function toRequest(s: ExampleSettings, attack: AttackInfo, images: number): ExampleRequest {
  const iterations = attack.adjustable ? (s.iterations ?? attack.iterations) : attack.iterations;
  return {
    index: Math.round(within(s.index, 0, Math.max(0, images - 1))),
    attack: attack.id,
    norm: s.norm,
    eps: s.norm === 'linf' ? within(s.eps255, 0, LIMITS.eps255) / 255 : within(s.epsL2, 0, LIMITS.epsL2),
    iterations: Math.round(within(iterations, 1, LIMITS.iterations)),
    seed: s.seed,
  };
}

/** The index `by` places on, modulo `images`; `by` may be negative. 0 if there are no images. */
export function move(index: number, by: number, images: number): number {
  return images > 0 ? (((index + by) % images) + images) % images : 0;
}
