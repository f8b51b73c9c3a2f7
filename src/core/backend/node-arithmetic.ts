/**
 * Node only: relaxed SIMD, which Node 20 has behind a flag of V8 and later versions have by default. Its multiply-add
 * rounds once where the processor can; an ARAT step then takes about a sixth less time, and the last digits of its
 * numbers differ.
 */
import { isNode } from './is-node.ts';
import { assemble, defineFunction, f32x4 } from './kernels/wasm/assembler.ts';

/**
 * Environment variable with the choice of this process: `on`, `off`, or unset to leave the engine as it is. Worker
 * threads and child processes inherit it.
 */
export const RELAXED_SIMD = 'ARAT_RELAXED_SIMD';

/** The smallest module with a relaxed multiply-add. */
const probe = (): Uint8Array<ArrayBuffer> =>
  assemble(
    [
      defineFunction('probe', {}, () => {
        const zero = f32x4.zero();
        return [f32x4.store([0x41, 0], f32x4.relaxedMulAdd(zero, zero, zero))];
      }),
    ],
    false,
  );

/** Whether this engine compiles relaxed SIMD now. */
export const hasRelaxedSimd = (): boolean => WebAssembly.validate(probe());

/** Whether kernels may use it. Browsers: wherever they have it. */
export const mayUseRelaxedSimd = (): boolean => !isNode() || process.env[RELAXED_SIMD] !== 'off';

/**
 * Makes the choice for this process, its worker threads and child processes. Call it before the first WebAssembly
 * module. `on` sets V8's flag where it is needed; an engine that does not know the flag stays without. Returns whether
 * kernels will use relaxed SIMD.
 */
export function chooseRelaxedSimd(on: boolean): boolean {
  process.env[RELAXED_SIMD] = on ? 'on' : 'off';
  if (on && !hasRelaxedSimd()) {
    // Not an import: a bundler for the browser would try to resolve it. V8 ignores a flag that it does not know.
    process.getBuiltinModule('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
  return on && hasRelaxedSimd();
}
