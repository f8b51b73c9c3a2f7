/**
 * A process of its own, because V8's flags are those of a whole process: runs every kernel case on WASM with relaxed
 * SIMD as its argument (`on` or `off`) says, and prints `{ arithmetic, errors: [kernel, case, relative error][] }`.
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
