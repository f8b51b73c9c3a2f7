/**
 * Half precision: convolutions that multiply 16-bit floats, on devices that have them (`shader-f16` of WebGPU). Images,
 * weights, activations and gradients stay float32, and so does every sum beyond one filter window of four channels:
 * what is rounded are a convolution's factors and its products (IEEE 754 binary16, eleven significant bits). The
 * gradient to a filter is not touched: it sums many products that binary16 is too coarse for.
 */

let available = false;
let half = false;

/** Whether the backend that runs now has kernels in half precision. */
export const halfPrecisionAvailable = (): boolean => available;

/** Called by the start of a backend. */
export function setHalfPrecisionAvailable(value: boolean): void {
  available = value;
}

/**
 * What `compute` convolves, it convolves in half precision; its gradients do so wherever they are computed.
 * Synchronous.
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

/** Attribute of a convolution that is asked for now. */
export const convolutionPrecision = (): { half?: true } => (half ? { half: true } : {});
