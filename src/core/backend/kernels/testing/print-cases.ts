/**
 * Runs every kernel case on WASM with relaxed SIMD `on` or `off`, its argument, and prints `{ arithmetic, errors:
 * [kernel, case, relative error][] }`. It runs in a separate process, because V8's flags apply to a whole process.
 */
import { initialiseBackend } from '../../backend.ts';
import { chooseRelaxedSimd } from '../../node-arithmetic.ts';
import { KERNEL_CASES, relativeError, runCase } from '../kernel-cases.ts';

chooseRelaxedSimd(process.argv[2] === 'on');
const { arithmetic } = await initialiseBackend('wasm');
const errors: [string, string, number][] = [];
for (const c of KERNEL_CASES) {
  const worst = (await runCase(c)).map(({ got, expected }) => relativeError(got, expected));
  errors.push([c.key, c.what, Math.max(...worst)]);
}
console.log(JSON.stringify({ arithmetic, errors }));
