import { describe, expect, it } from 'vitest';
import type { RobustnessReport, RobustnessRow } from '../../worker/api.ts';
import { attackLines, attackName, sweepPoints } from './rows.ts';

const row = (label: string, attack: string, eps = 8 / 255, steps = 20, restarts = 1): RobustnessRow => ({
  label,
  attack,
  eps,
  stepSize: 2 / 255,
  steps,
  restarts,
  correct: 50,
  n: 100,
  interval: [0.4, 0.6],
});
const report = (change: Partial<RobustnessReport>): RobustnessReport => ({
  rows: [],
  sweep: [],
  seed: 0,
  branch: 'adv',
  complete: true,
  flags: [],
  ...change,
});

describe('the table of a robustness report', () => {
  it('given rows of two models, when laid out, then each attack is one line in the order of the report', () => {
    const lines = attackLines(
      report({
        rows: [
          row('AT', 'clean', 0, 0),
          row('AT', 'fgsm', 8 / 255, 1),
          row('ARAT', 'clean', 0, 0),
          row('ARAT', 'fgsm', 8 / 255, 1),
          row('AT', 'pgd-20'),
        ],
      }),
    );
    expect(lines.map((l) => l.name)).toEqual(['Clean', 'FGSM', 'PGD-20, cross-entropy']);
    expect(lines.map((l) => [...l.cells.keys()])).toEqual([['AT', 'ARAT'], ['AT', 'ARAT'], ['AT']]);
    expect(lines.map((l) => l.upperBound)).toEqual([false, true, true]);
    expect(lines.map((l) => l.budget)).toEqual(['', 'ε 8/255', 'ε 8/255, step 2/255, 20 steps']);
  });

  it('given one attack with two budgets, when laid out, then these are two lines', () => {
    const rows = [row('AT', 'pgd-20'), row('AT', 'pgd-20', 4 / 255), row('AT', 'pgd-20', 8 / 255, 20, 5)];
    expect(attackLines(report({ rows })).map((l) => l.budget)).toEqual([
      'ε 8/255, step 2/255, 20 steps',
      'ε 4/255, step 2/255, 20 steps',
      'ε 8/255, step 2/255, 20 steps, 5 starts',
    ]);
  });

  it('given rows of the sweep, when laid out, then they are left to the chart', () => {
    expect(attackLines(report({ rows: [row('AT', 'sweep')] }))).toEqual([]);
  });

  it('given an attack this page does not know, when named, then its own name stands', () => {
    expect(attackName('square')).toBe('square');
    expect(attackName('pgd-100')).toBe('PGD-100');
  });
});

describe('the eps sweep', () => {
  it('given points in any order, when made for the chart, then eps ascends and models share a point', () => {
    const points = sweepPoints(
      report({
        sweep: [
          { label: 'AT', eps: 8 / 255, accuracy: 0.5 },
          { label: 'AT', eps: 0, accuracy: 0.8 },
          { label: 'eps255', eps: 0, accuracy: 0.9 },
        ],
      }),
    );
    expect(points).toEqual([
      { eps255: 0, 'a:AT': 80, 'a:eps255': 90 },
      { eps255: 8, 'a:AT': 50 },
    ]);
  });
});
