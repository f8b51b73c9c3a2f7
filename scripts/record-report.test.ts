import { expect, test } from 'vitest';
import type { RobustnessReport } from '../src/core/result/stress-report.ts';
import { readResult } from './read-result.ts';
import { withReport } from './record-report.ts';

const run = await readResult('public/recorded/quick-race.json');

const row = (label: string) => ({
  ...{
    label,
    attack: 'clean',
    name: 'Clean',
    partOf: null,
    eps: 0,
    stepSize: null,
    iterations: 0,
    restarts: 0,
  },
  ...{ targets: 0, correct: 5, tried: 8, n: 8, interval: [0.3, 0.9] as const, seconds: 1 },
});
const judged = (changes: Partial<RobustnessReport> = {}) => ({
  dataset: run.dataset,
  models: [{ label: 'a.safetensors' }, { label: 'b.safetensors' }],
  report: {
    options: { n: 8, seed: 0, norm: 'linf', eps: 8 / 255, depth: 'look' },
    branch: 'adv',
    rows: ['a.safetensors', 'b.safetensors'].map(row),
    sweep: [{ label: 'b.safetensors', eps: 0.1, accuracy: 0.5 }],
    transfer: [{ from: 'a.safetensors', label: 'b.safetensors', accuracy: 0.5 }],
    checks: [{ id: 'white-box', label: 'a.safetensors', title: 't', why: 'w', message: null }],
    complete: true,
    ...changes,
  } as RobustnessReport,
});

test('given a report of weight files, when it becomes a run’s stress test, then every part names contestants', () => {
  const labels = ['AT', 'ARAT, invariance weight 0'];
  const { report } = withReport(run, judged(), labels);
  expect(report!.rows.map((r) => r.label)).toEqual(labels);
  expect(report!.sweep[0].label).toBe(labels[1]);
  expect(report!.transfer[0]).toMatchObject({ from: labels[0], label: labels[1] });
  expect(report!.checks[0].label).toBe(labels[0]);
});

test.each([
  ['one label for two models', judged(), ['AT'], /2 models/],
  ['the same label twice', judged(), ['AT', 'AT'], /2 models/],
  ['a label of no contestant', judged(), ['AT', 'MART'], /MART is no contestant/],
  ['a report that was stopped', judged({ complete: false }), ['AT', 'ARAT'], /not complete/],
  [
    'a report on other images',
    { ...judged(), dataset: { ...run.dataset, provenance: 'other images' } },
    ['AT', 'ARAT'],
    /other images/,
  ],
])('given %s, when it should become a stress test, then it is refused', (_, report, labels, message) => {
  expect(() => withReport(run, report, labels)).toThrow(message);
});
