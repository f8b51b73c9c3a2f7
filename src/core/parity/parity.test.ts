import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { readSafetensors } from '../nn/safetensors.ts';
import { runAratCases } from './arat-cases.ts';
import { runPlainCases } from './plain-cases.ts';
import { parseReference } from './reference.ts';
import { relative, relativeNorm, Report, shareBeyond, worstDifference } from './report.ts';

const folder = join(process.env.ARAT_SHARED ?? '../shared', 'fixtures', 'reference-a');
const present = existsSync(join(folder, 'index.json'));
if (!present)
  console.log(`Parity with the official code is skipped: there is no ${folder}; set ARAT_SHARED.`);

const load = () =>
  parseReference(JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')), async (name) =>
    readSafetensors(readFileSync(join(folder, name))),
  );

describe.skipIf(!present).each(['wasm', 'cpu'] as const)(
  'given numbers of the official PyTorch code, on %s',
  (backend) => {
    beforeAll(async () => {
      expect((await initialiseBackend(backend)).backend).toBe(backend);
    });

    test('when ARAT runs its attack, steps, conflict and ablations, then each is within its tolerance', async () => {
      const report = new Report();
      await runAratCases(await load(), report);
      expect(report.rows.filter((r) => !(r.worst <= r.tolerance))).toEqual([]);
      expect(report.ok).toBe(true);
    });

    test('when AT, TRADES and the evaluation run, then each is within its tolerance', async () => {
      const report = new Report();
      await runPlainCases(await load(), report);
      expect(report.rows.filter((r) => !(r.worst <= r.tolerance))).toEqual([]);
      expect(report.ok).toBe(true);
    });
  },
);

describe('the report', () => {
  test('given an error beyond its tolerance or not a number, then it is not ok; given none at all, neither', () => {
    const report = new Report();
    expect(report.ok).toBe(false);
    report.add('a', 1e-5, 1e-4);
    expect(report.ok).toBe(true);
    report.add('b', NaN, 1e-4);
    expect(report.ok).toBe(false);
    expect(report.text()).toContain('FAIL b');
  });

  test('given arrays of other lengths, then every measure is as bad as can be', () => {
    expect(relativeNorm([1], [1, 2])).toBe(Infinity);
    expect(worstDifference([1], [1, 2])).toBe(Infinity);
    expect(shareBeyond([1], [1, 2], 1)).toBe(1);
    expect(relative(1.1, 1)).toBeCloseTo(0.1);
  });
});

test('given an index of another form, when it is parsed, then the message names the field', async () => {
  await expect(parseReference({ eps: 'x' }, async () => new Map())).rejects.toThrow(/eps/);
});
