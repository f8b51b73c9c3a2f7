/**
 * How a backend rounds. Two computations agree to the last digit only if they round alike, so results and checkpoints
 * record it.
 *
 * - wasm-fused: our WASM kernels, products added with one rounding (relaxed SIMD on a processor with fused
 *   multiply-add).
 * - wasm-separate: our WASM kernels, products and sums rounded one after the other, as WebAssembly without relaxed SIMD
 *   prescribes.
 * - wasm-stock: tfjs's own WASM kernels, which replace ours if they fail the self-test or cannot run.
 */
export const ARITHMETICS = ['wasm-fused', 'wasm-separate', 'wasm-stock', 'cpu', 'webgl', 'webgpu'] as const;
export type Arithmetic = (typeof ARITHMETICS)[number];

/** In words, to follow "computed with". */
export const ARITHMETIC_WORDS: Readonly<Record<Arithmetic, string>> = {
  'wasm-fused': 'fused multiply-add in WebAssembly',
  'wasm-separate': 'separately rounded products and sums in WebAssembly',
  'wasm-stock': 'the stock WebAssembly kernels of tfjs',
  cpu: 'plain JavaScript',
  webgl: 'WebGL',
  webgpu: 'WebGPU',
};
