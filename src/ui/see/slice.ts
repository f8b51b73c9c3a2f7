/** A slice of the loss as a picture. Row 0 of the slice is at the bottom. */
import type { LossSlice } from '../../core/analysis/loss-slice.ts';
import { viridis } from './pixels.ts';

/** Weight of the colour, against grey, outside the ball. */
const OUTSIDE = 0.35;
const GREY = 128;

/** [side * side * 4] bytes: viridis from `low` to `high`, faded outside the ball. */
export function slicePixels({ side, loss, inside }: LossSlice, low: number, high: number): Uint8ClampedArray {
  const out = new Uint8ClampedArray(4 * side * side);
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const from = row * side + column;
      const to = 4 * ((side - 1 - row) * side + column);
      const share = inside[from] ? 1 : OUTSIDE;
      const colour = viridis(high > low ? (loss[from] - low) / (high - low) : 0);
      colour.forEach((c, k) => (out[to + k] = GREY + share * (c - GREY)));
      out[to + 3] = 255;
    }
  return out;
}

/**
 * An SVG path along the edges between cells with right and with wrong predictions, in units of cells, y down; empty if
 * there are none.
 */
export function boundaryPath({ side, wrong }: LossSlice): string {
  const parts: string[] = [];
  for (let row = 0; row < side; row++)
    for (let column = 0; column < side; column++) {
      const here = wrong[row * side + column];
      const top = side - 1 - row;
      if (column + 1 < side && here !== wrong[row * side + column + 1]) parts.push(`M${column + 1} ${top}v1`);
      if (row + 1 < side && here !== wrong[(row + 1) * side + column]) parts.push(`M${column} ${top}h1`);
    }
  return parts.join('');
}

/** Smallest and largest loss over all slices: one scale for all models. */
export function lossRange(slices: readonly LossSlice[]): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const { loss } of slices) for (const l of loss) [low, high] = [l < low ? l : low, l > high ? l : high];
  return [low, high];
}

/** Share in [0,1] of the points inside the ball where the model is wrong. */
export function wrongShare({ wrong, inside }: LossSlice): number {
  const points = Array.from(wrong).filter((_, i) => inside[i]);
  return points.reduce((sum, w) => sum + w, 0) / points.length;
}
