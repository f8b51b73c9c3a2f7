import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { Arithmetic } from './arithmetic.ts';
import { KERNEL_CASES, TOLERANCE } from './kernels/kernel-cases.ts';
import { RELAXED_SIMD } from './node-arithmetic.ts';

const script = fileURLToPath(new URL('./kernels/testing/print-cases.ts', import.meta.url));

async function cases(relaxed: 'on' | 'off') {
  const env = { ...process.env, [RELAXED_SIMD]: undefined };
  const { stdout } = await promisify(execFile)('npx', ['tsx', script, relaxed], { env });
  return JSON.parse(stdout) as { arithmetic: Arithmetic; errors: [string, string, number][] };
}

describe('chooseRelaxedSimd', () => {
  test.each([
    // Assumes a processor with fused multiply-add, as every 64-bit ARM and most with AVX2 have it.
    ['on', 'wasm-fused'],
    ['off', 'wasm-separate'],
  ] as const)(
    'given relaxed SIMD %s, when WASM starts, then it computes with %s and every kernel agrees with stock operations',
    async (choice, expected) => {
      const { arithmetic, errors } = await cases(choice);
      expect(arithmetic).toBe(expected);
      expect(errors).toHaveLength(KERNEL_CASES.length);
      expect(errors.filter(([, , error]) => !(error < TOLERANCE))).toEqual([]);
    },
  );
});
