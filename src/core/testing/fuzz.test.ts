import fc from 'fast-check';
import { expect, it } from 'vitest';
import { damaged, runCases } from './fuzz.ts';

const small = fc.nat(1000);

it('given cases that pass, when run, then the line counts their outcomes and names the seed', async () => {
  const line = await runCases('sums', small, (n) => (n % 2 ? 'odd' : 'even'), { runs: 40, seed: 7 });
  const [, odd, even] = /^sums: 40 cases, seed 7: (?=.*?(\d+) odd)(?=.*?(\d+) even)/.exec(line)!;
  expect(Number(odd) + Number(even)).toBe(40);
});

it('given a check that throws, when run, then the error has the smallest failing case and the command that repeats it', async () => {
  const check = (n: number) => {
    if (n >= 100) throw new Error('too large');
    return 'small';
  };
  const running = runCases('sums (of two)', small, check, { runs: 200, seed: 7 });
  await expect(running).rejects.toThrow(/^too large[^]*Counterexample: \[100\]/);
  await expect(running).rejects.toThrow(
    'ARAT_FUZZ=200 ARAT_FUZZ_SEED=7 npm run test:fuzz -- -t "sums \\(of two\\)"',
  );
});

it('given a case that uses more processor time than allowed, when run, then it is reported as a hang', async () => {
  const check = () => {
    const before = process.cpuUsage();
    while (process.cpuUsage(before).user < 60_000);
    return 'done';
  };
  await expect(runCases('busy', small, check, { runs: 1, seed: 7, hangMs: 50 })).rejects.toThrow(/a hang/);
});

it('given an expected outcome that does not occur, when run, then the error names it', async () => {
  const running = runCases('sums', small, () => 'refused', { runs: 5, seed: 7, reaches: ['read'] });
  await expect(running).rejects.toThrow('no case ended in: read');
});

it('given the same seed, when bytes are damaged twice, then the copies are the same and the original is unchanged', () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
  const sample = () => fc.sample(damaged(bytes), { seed: 3, numRuns: 20 });
  expect(sample()).toEqual(sample());
  expect(bytes).toEqual(Uint8Array.from({ length: 100 }, (_, i) => i));
  expect(new Set(sample().map(String)).size).toBeGreaterThan(10);
});
