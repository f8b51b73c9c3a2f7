/**
 * Half precision: convolutions that multiply 16-bit floats, on devices that have them (`shader-f16` of WebGPU). Only
 * the factors and products of convolutions, and sums over one filter window of four channels, are rounded to IEEE 754
 * binary16, which has eleven significant bits. Images, weights, activations, gradients and larger sums are float32. The
 * gradient of a filter is computed in float32, since it sums many products, for which binary16 is too coarse.
 */

let available = false;
let half = false;

/** Whether the current backend has kernels in half precision. */
export const halfPrecisionAvailable = (): boolean => available;

/** Called when a backend starts. */
export function setHalfPrecisionAvailable(value: boolean): void {
  available = value;
}

/**
 * Runs `compute`, which must be synchronous, with convolutions in half precision. Their gradients use half precision,
 * too, whenever they are computed.
 */
export function inHalfPrecision<T>(compute: () => T): T {
  const before = half;
  half = true;
  try {
    return compute();
  } finally {
    half = before;
  }
}

/** The attribute for a convolution that is called now. */
export const convolutionPrecision = (): { half?: true } => (half ? { half: true } : {});
