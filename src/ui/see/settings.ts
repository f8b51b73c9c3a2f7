/** What the visitor chose in the example viewer, and the request it makes. */
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
  /** Steps or queries; null: the attack's own. */
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

/** Clamped to what the engine accepts. */
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

/** Next index with wrap-around; `by` may be negative. */
export function move(index: number, by: number, images: number): number {
  return images > 0 ? (((index + by) % images) + images) % images : 0;
}
