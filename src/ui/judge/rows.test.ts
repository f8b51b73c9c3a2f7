import { describe, expect, it } from 'vitest';
import type { RobustnessReport } from '../../core/result/stress-report.ts';
import { sampleRow } from '../../core/result/testing/sample-row.ts';
import { wilsonInterval } from '../../core/result/wilson.ts';
import { attackLines, partialReport, reportCsv, sweepOf } from './rows.ts';

const row: typeof sampleRow = (label, attack, change) =>
  sampleRow(label, attack, { name: attack.toUpperCase(), stepSize: 2 / 255, ...change });
const report = (change: Partial<RobustnessReport>): RobustnessReport => ({
  options: { n: 100, seed: 3, norm: 'linf', eps: 8 / 255, depth: 'look' },
  rows: [],
  sweep: [],
  transfer: [],
  checks: [],
  branch: 'adv',
  complete: true,
  ...change,
});

describe('the table of a robustness report', () => {
  it('given rows of two models, when laid out, then each attack is one line in the order of the rows', () => {
    const none = { iterations: 0, stepSize: null };
    const lines = attackLines(
      [
        row('AT', 'clean', none),
        row('ARAT', 'clean', none),
        row('AT', 'fgsm', { iterations: 1 }),
        row('AT', 'pgd-20'),
        row('ARAT', 'fgsm', { iterations: 1 }),
        row('AT', 'search', {
          name: 'SQUARE',
          counts: 'queries',
          partOf: 'autoattack',
          iterations: 5000,
          stepSize: null,
        }),
      ],
      'linf',
    );
    expect(lines.map((l) => l.name)).toEqual(['CLEAN', 'FGSM', 'PGD-20', 'SQUARE']);
    expect(lines.map((l) => [...l.cells.keys()])).toEqual([['AT', 'ARAT'], ['AT', 'ARAT'], ['AT'], ['AT']]);
    expect(lines.map((l) => l.upperBound)).toEqual([false, true, true, true]);
    expect(lines.map((l) => l.part)).toEqual([false, false, false, true]);
    expect(lines.map((l) => l.budget)).toEqual([
      '',
      'ε 8/255',
      'ε 8/255, step 2/255, 20 steps',
      '5,000 queries',
    ]);
  });

  it('given an attack alone and the same within an ensemble, when laid out, then they are two lines', () => {
    const rows = [row('AT', 'apgd-ce'), row('AT', 'apgd-ce', { partOf: 'quick-ensemble' })];
    expect(attackLines(rows, 'linf')).toHaveLength(2);
  });

  it('given L2, when laid out, then radii are plain numbers', () => {
    const [line] = attackLines([row('AT', 'pgd-20', { eps: 0.5, stepSize: 0.125 })], 'l2');
    expect(line.budget).toBe('ε 0.5, step 0.125, 20 steps');
  });
});

describe('the eps sweep', () => {
  const sweep = [
    { label: 'AT', eps: 8 / 255, accuracy: 0.5 },
    { label: 'AT', eps: 0, accuracy: 0.8 },
    { label: 'ARAT', eps: 0, accuracy: 0.9 },
  ];

  it('given points in any order, when made for the chart, then those of the model are by ascending eps, each with the Wilson interval on the images of the report', () => {
    const points = sweepOf(report({ sweep }), 'AT');
    expect(points.map((p) => [p.x, p.y, p.images])).toEqual([
      [0, 80, 100],
      [8, 50, 100],
    ]);
    expect(points.map((p) => [p.low, p.high])).toEqual(
      [80, 50].map((correct) => wilsonInterval(correct, 100).map((end) => 100 * end)),
    );
    expect(sweepOf(report({ sweep }), 'TRADES')).toEqual([]);
  });

  it('given a report of no images, when made for the chart, then its points have no interval', () => {
    const none = report({ sweep, options: { n: 0, seed: 3, norm: 'l2', eps: 0.5, depth: 'look' } });
    expect(sweepOf(none, 'ARAT')).toEqual([{ x: 0, y: 90, low: 90, high: 90, n: 1 }]);
  });
});

describe('the report as CSV', () => {
  it('given a label with a comma, when written, then it is one quoted cell, and every row has every column', () => {
    const csv = reportCsv(report({ rows: [row('ARAT, "no" BN', 'pgd-20')] }));
    const [head, line] = csv.split('\n');
    expect(line.startsWith('"ARAT, ""no"" BN",PGD-20,,linf,')).toBe(true);
    // The label contains one comma.
    expect(line.split(',').length - 1).toBe(head.split(',').length);
  });
});

describe('a test whose worker was lost', () => {
  it('given the rows of a lost test, when made a report, then it is marked as not complete and can be saved as CSV', () => {
    const { options } = report({});
    const partial = partialReport(options, [row('AT', 'clean'), row('ARAT', 'clean')]);
    expect(partial).toMatchObject({ options, complete: false });
    expect(reportCsv(partial)).toMatch(/ARAT/);
  });
});
