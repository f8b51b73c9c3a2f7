/** RGB bytes and perturbations as canvas pixels. */

export const IMAGE_SIDE = 32;

/** [32*32*3] bytes -> [32*32*4] with full alpha. */
export function rgbToRgba(rgb: ArrayLike<number>): Uint8ClampedArray<ArrayBuffer> {
  const n = IMAGE_SIDE * IMAGE_SIDE;
  const out = new Uint8ClampedArray(4 * n);
  for (let i = 0; i < n; i++) {
    out[4 * i] = rgb[3 * i];
    out[4 * i + 1] = rgb[3 * i + 1];
    out[4 * i + 2] = rgb[3 * i + 2];
    out[4 * i + 3] = 255;
  }
  return out;
}

/**
 * A signed perturbation ([32*32*3], pixel units of [0,1]) as bytes: 0.5 + factor * delta, clipped. Grey is no change.
 */
export function amplify(perturbation: ArrayLike<number>, factor: number): Uint8ClampedArray {
  const out = new Uint8ClampedArray(perturbation.length);
  for (let i = 0; i < perturbation.length; i++) out[i] = Math.round(255 * (0.5 + factor * perturbation[i]));
  return out;
}

/** The factor at which a perturbation of size eps fills the range: 0.5 / eps, a whole number from 1 to 100. */
export function fillingFactor(eps: number): number {
  return eps > 0 ? Math.min(100, Math.max(1, Math.floor(0.5 / eps))) : 1;
}
