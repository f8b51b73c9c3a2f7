import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { initialiseBackend } from '../core/backend/backend.ts';
import { readSafetensors } from '../core/nn/safetensors.ts';
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

/** Quantities that must be compared, so that the test fails if a method is no longer covered. */
const PLAIN_ROWS = [
  ...['at', 'trades', 'mart', 'lbgat'].flatMap((id) =>
    ['x_adv: pixels off', 'x_adv: loss', 'loss', 'gradients'].map((quantity) => `${id} ${quantity}`),
  ),
  ...['trades', 'mart', 'lbgat'].map((id) => `${id} running statistics`),
  "lbgat natural model's gradients",
  'eval logits',
  'eval input gradient',
  'eval PGD-20: loss',
  'eval clean: loss',
];
const missing = (report: Report) =>
  PLAIN_ROWS.filter((row) => !report.rows.some(({ quantity }) => quantity === row));

// The CPU backend takes two minutes, so it runs only with ARAT_LONG=1 or `npm run parity -- <folder> --backend cpu`.
const BACKENDS = process.env.ARAT_LONG ? (['wasm', 'cpu'] as const) : (['wasm'] as const);

describe.skipIf(!present).each(BACKENDS)('given numbers of the official PyTorch code, on %s', (backend) => {
  beforeAll(async () => {
    expect((await initialiseBackend(backend)).backend).toBe(backend);
  });

  test('given ARAT, when its attack, steps, conflict and ablations are compared, then each is within its tolerance', async () => {
    const report = new Report();
    await runAratCases(await load(), report);
    expect(report.rows.filter((r) => !(r.worst <= r.tolerance))).toEqual([]);
    expect(report.ok).toBe(true);
  });

  test('when AT, TRADES, MART, LBGAT and the evaluation run, then each is compared and within its tolerance', async () => {
    const report = new Report();
    await runPlainCases(await load(), report);
    expect(report.rows.filter((r) => !(r.worst <= r.tolerance))).toEqual([]);
    expect(report.ok).toBe(true);
    expect(missing(report)).toEqual([]);
  });
});

describe.skipIf(!present)('given reference numbers of which some are missing', () => {
  beforeAll(async () => {
    expect((await initialiseBackend('wasm')).backend).toBe('wasm');
  });

  /** The report for a reference with only the methods `ids` and without the tensors whose names `gone` matches. */
  async function reportOf(ids: readonly string[], gone: RegExp): Promise<Report> {
    const whole = await load();
    const { plain } = whole.index.cases;
    const methods = Object.fromEntries(Object.entries(plain!.methods).filter(([id]) => ids.includes(id)));
    const cases = { ...whole.index.cases, plain: { ...plain!, methods } };
    const tensors = new Map([...whole.plain!].filter(([name]) => !gone.test(name)));
    const report = new Report();
    await runPlainCases({ ...whole, index: { ...whole.index, cases }, plain: tensors }, report);
    return report;
  }
  const failed = (report: Report) => report.rows.filter((r) => r.worst > r.tolerance).map((r) => r.quantity);

  test('when a method is missing, then exactly its rows are missing in the report', async () => {
    const report = await reportOf(['at', 'trades', 'lbgat', 'eval'], /^$/);
    expect(missing(report)).toEqual(PLAIN_ROWS.filter((row) => row.startsWith('mart ')));
  });

  test.each([
    ['mart', /^mart\.grad\./, 'mart gradients'],
    ['lbgat', /^lbgat\.teacher_grad\./, "lbgat natural model's gradients"],
  ] as const)('when the gradients of %s are missing, then exactly their row fails', async (id, gone, row) => {
    expect(failed(await reportOf([id], gone))).toEqual([row]);
  });
});

describe('the report', () => {
  test('given an error that is beyond its tolerance or not a number, then the report is not ok; given no errors, then it is not ok either', () => {
    const report = new Report();
    expect(report.ok).toBe(false);
    report.add('a', 1e-5, 1e-4);
    expect(report.ok).toBe(true);
    report.add('b', NaN, 1e-4);
    expect(report.ok).toBe(false);
    expect(report.text()).toContain('FAIL b');
  });

  test('given arrays of different lengths, then every error measure has its worst value', () => {
    expect(relativeNorm([1], [1, 2])).toBe(Infinity);
    expect(worstDifference([1], [1, 2])).toBe(Infinity);
    expect(shareBeyond([1], [1, 2], 1)).toBe(1);
    expect(relative(1.1, 1)).toBeCloseTo(0.1);
  });
});

test('given an index with a wrong field, when it is parsed, then the message names the field', async () => {
  await expect(parseReference({ eps: 'x' }, async () => new Map())).rejects.toThrow(/eps/);
});
