/**
 * Node only: switches relaxed SIMD on, which Node 20 has behind a flag of V8 and later versions by default. Its
 * multiply-add rounds once if the processor can. An ARAT step then takes about a sixth less time, and its numbers
 * differ in the last digits.
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

/** Whether this engine compiles relaxed SIMD. */
export const hasRelaxedSimd = (): boolean => WebAssembly.validate(probe());

/** Whether kernels may use relaxed SIMD if the engine has it; always true in browsers. */
export const mayUseRelaxedSimd = (): boolean => !isNode() || process.env[RELAXED_SIMD] !== 'off';

/**
 * Switches relaxed SIMD on or off for this process, its worker threads and child processes. Call it before the first
 * WebAssembly module is compiled. `on` sets V8's flag if it is needed; an engine that does not know the flag ignores
 * it. Returns whether kernels will use relaxed SIMD.
 */
export function chooseRelaxedSimd(on: boolean): boolean {
  process.env[RELAXED_SIMD] = on ? 'on' : 'off';
  if (on && !hasRelaxedSimd()) {
    // Not an import: a bundler for the browser would try to resolve it. V8 ignores a flag that it does not know.
    process.getBuiltinModule('node:v8').setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
  return on && hasRelaxedSimd();
}
