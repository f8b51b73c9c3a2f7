/** What the visitor chose in the example viewer, and the request it makes. */
import type { ExampleRequest } from '../../worker/api.ts';

export interface ExampleSettings {
  readonly index: number;
  readonly attack: ExampleRequest['attack'];
  readonly loss: ExampleRequest['loss'];
  /** Budgets in 1/255. */
  readonly eps255: number;
  readonly step255: number;
  readonly steps: number;
  readonly seed: number;
}

export const LIMITS = { eps255: 64, step255: 64, steps: 200 } as const;

export const DEFAULT_SETTINGS: ExampleSettings = {
  index: 0,
  attack: 'pgd',
  loss: 'ce',
  eps255: 8,
  step255: 2,
  steps: 20,
  seed: 0,
};

const within = (x: number, min: number, max: number) =>
  Math.min(max, Math.max(min, Number.isFinite(x) ? x : min));

/** Clamped to what the engine accepts; FGSM is one step of size eps. */
export function toRequest(s: ExampleSettings, images: number): ExampleRequest {
  const eps = within(s.eps255, 0, LIMITS.eps255) / 255;
  const fgsm = s.attack === 'fgsm';
  return {
    index: Math.round(within(s.index, 0, Math.max(0, images - 1))),
    attack: s.attack,
    loss: s.loss,
    eps,
    stepSize: fgsm ? eps : within(s.step255, 0, LIMITS.step255) / 255,
    steps: fgsm ? 1 : Math.round(within(s.steps, 1, LIMITS.steps)),
    seed: s.seed,
  };
}

/** Next index with wrap-around; `by` may be negative. */
export function move(index: number, by: number, images: number): number {
  return images > 0 ? (((index + by) % images) + images) % images : 0;
}
