/** Axes cropped to the figures, with round ends and ticks: of the trade-off planes. */

export interface Extent {
  readonly low: number;
  readonly high: number;
}

/** Round steps between ticks, in points. */
const STEPS = [1, 2, 5, 10, 20];
const MOST_TICKS = 6;

/** The smallest extent between two ticks that holds all values, with half a step of room at either end; in per cent. */
export function extentOf(values: readonly number[]): Extent & { readonly ticks: readonly number[] } {
  const finite = values.filter(Number.isFinite);
  const [min, max] = finite.length > 0 ? [Math.min(...finite), Math.max(...finite)] : [0, 100];
  for (const step of STEPS) {
    const low = Math.max(0, Math.floor((min - step / 4) / step) * step);
    const high = Math.min(100, Math.ceil((max + step / 4) / step) * step);
    const count = Math.round((high - low) / step) + 1;
    if (count <= MOST_TICKS || step === STEPS.at(-1))
      return { low, high, ticks: Array.from({ length: count }, (_, i) => low + i * step) };
  }
  return { low: 0, high: 100, ticks: [0, 100] };
}

/** Maps values of `extent` to positions from `from` to `to`. */
export const scaleTo =
  ({ low, high }: Extent, from: number, to: number) =>
  (value: number): number =>
    from + ((value - low) / (high - low)) * (to - from);
