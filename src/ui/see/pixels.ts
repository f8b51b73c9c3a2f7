/** Images, perturbations and gradients as bytes for a canvas. */

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

/** The factor at which a perturbation of size eps takes three fifths of the range, so that no pixel is saturated. */
export const readableFactor = (eps: number): number =>
  eps > 0 ? Math.min(100, Math.max(1, Math.floor(0.3 / eps))) : 1;

/** The grey range ends at this many standard deviations of the gradient (about 0) on either side. */
export const GRADIENT_SPREAD = 3;

/**
 * An input gradient as bytes: clipped at ±GRADIENT_SPREAD of its standard deviations (about 0) and scaled to 0..255, as
 * Tsipras et al. (ICLR 2019) show it. Grey (128) is 0.
 */
export function gradientPicture(gradient: ArrayLike<number>): Uint8ClampedArray {
  const values = Array.from(gradient);
  const spread = Math.sqrt(values.reduce((sum, g) => sum + g * g, 0) / values.length);
  const factor = spread > 0 ? 1 / (2 * GRADIENT_SPREAD * spread) : 0;
  return Uint8ClampedArray.from(values, (g) => Math.round(255 * (0.5 + factor * g)));
}

const VIRIDIS = [
  [68, 1, 84],
  [65, 68, 135],
  [42, 120, 142],
  [34, 168, 132],
  [122, 209, 81],
  [253, 231, 37],
] as const;

/** Viridis at 0..1, between six of its colours. */
export function viridis(t: number): [number, number, number] {
  const at = Math.min(1, Math.max(0, t)) * (VIRIDIS.length - 1);
  const k = Math.min(VIRIDIS.length - 2, Math.floor(at));
  const mix = (i: number) => Math.round(VIRIDIS[k][i] + (at - k) * (VIRIDIS[k + 1][i] - VIRIDIS[k][i]));
  return [mix(0), mix(1), mix(2)];
}

export const VIRIDIS_CSS = `linear-gradient(to right, ${VIRIDIS.map((c) => `rgb(${c.join(' ')})`).join(', ')})`;
