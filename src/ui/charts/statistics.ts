/** Channel statistics of a BatchNorm layer as places in a picture. Whatever numbers the schema accepts can be drawn. */
import type { BnLayer } from '../../core/result/results.ts';

export interface Bar {
  readonly x: number;
  /** Of the mean, and of the ends of mean ± standard deviation; y down. */
  readonly y: number;
  readonly top: number;
  readonly bottom: number;
}

/** Larger numbers are drawn as this one: sums and differences of four stay finite. */
const LARGEST = 1e307;
const bounded = (x: number): number => Math.min(LARGEST, Math.max(-LARGEST, x));

const PAD = 8;
/** Between the two bars of a channel and their middle, in pixels. */
const SHIFT = 4;

/** Both sets within `width` x `height` pixels, one bar per channel that has a mean and a deviation. */
export function barsOf(
  { clean, adv }: Pick<BnLayer, 'clean' | 'adv'>,
  width: number,
  height: number,
): { readonly clean: Bar[]; readonly adv: Bar[] } {
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
  return { clean: bars(sets.clean, -SHIFT), adv: bars(sets.adv, SHIFT) };
}
