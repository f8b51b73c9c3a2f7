/**
 * Pixel positions for the picture of a BatchNorm layer's channel statistics; finite for all input the schema accepts.
 */
import type { BnLayer } from '../../core/result/results.ts';

export interface Bar {
  readonly x: number;
  /** Positions of the mean and of the upper and lower end of mean ± standard deviation; y points down. */
  readonly y: number;
  readonly top: number;
  readonly bottom: number;
}

/** Numbers are clamped to ± this value, so that sums and differences of four of them stay finite. */
const LARGEST = 1e307;
const bounded = (x: number): number => Math.min(LARGEST, Math.max(-LARGEST, x));

const PAD = 8;
/** Distance of the clean and the adversarial bar from the middle of their channel, in pixels. */
const SHIFT = 4;

/**
 * Bars of both batches within `width` x `height` pixels, one per channel that has a mean and a deviation, and the
 * values at the lowest and highest ends.
 */
export function barsOf(
  { clean, adv }: Pick<BnLayer, 'clean' | 'adv'>,
  width: number,
  height: number,
): { readonly clean: Bar[]; readonly adv: Bar[]; readonly low: number; readonly high: number } {
  const pairs = ({ mean, std }: BnLayer['clean']) =>
    mean.slice(0, std.length).map((m, c) => {
      const [middle, spread] = [bounded(m), Math.abs(bounded(std[c]))];
      return { middle, low: middle - spread, high: middle + spread };
    });
  const sets = { clean: pairs(clean), adv: pairs(adv) };
  const all = [...sets.clean, ...sets.adv];
  const low = all.length === 0 ? 0 : Math.min(...all.map((p) => p.low));
  const high = all.length === 0 ? 0 : Math.max(...all.map((p) => p.high));
  const range = Math.max(high - low, 1e-9);
  const y = (v: number) => PAD + ((high - v) / range) * (height - 2 * PAD);
  const channels = Math.max(sets.clean.length, sets.adv.length, 1);
  const bars = (set: typeof all, shift: number) =>
    set.map((p, c) => ({
      x: ((c + 0.5) / channels) * width + shift,
      y: y(p.middle),
      top: y(p.high),
      bottom: y(p.low),
    }));
  return { clean: bars(sets.clean, -SHIFT), adv: bars(sets.adv, SHIFT), low, high };
}
