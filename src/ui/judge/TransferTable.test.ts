import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import type { RobustnessReport } from '../../core/result/stress-report.ts';
import { sampleRow } from '../../core/result/testing/sample-row.ts';
import { wilsonInterval } from '../../core/result/wilson.ts';
import { percent } from '../shared/format.ts';
import { TransferTable } from './TransferTable.tsx';

const report: RobustnessReport = {
  options: { n: 40, seed: 0, norm: 'linf', eps: 8 / 255, depth: 'look' },
  branch: 'adv',
  rows: ['AT', 'ARAT'].map((label) => sampleRow(label, 'pgd-20', { correct: 10, tried: 40, n: 40 })),
  sweep: [],
  transfer: [{ from: 'AT', label: 'ARAT', accuracy: 0.5 }],
  checks: [],
  complete: true,
};

const text = (of: RobustnessReport): string => {
  const table = createElement(TransferTable, { report: of, labels: ['AT', 'ARAT'] });
  return renderToStaticMarkup(createElement(MantineProvider, null, table)).replaceAll(/<[^>]*>/g, ' ');
};

it('given accuracies on transferred images, when shown, then the number of images stands above them, and each has its interval', () => {
  const shown = text(report).replaceAll(/\s+/g, ' ');
  expect(shown).toContain('n = 40 test images');
  for (const correct of [10, 20]) {
    const [low, high] = wilsonInterval(correct, 40).map((end) => percent(end));
    expect(shown).toContain(`${percent(correct / 40)} (${low} – ${high})`.replaceAll('\u00a0', ' '));
  }
  // Not measured: images made for ARAT, shown to AT.
  expect(shown).toMatch(/ ARAT –\s/);
});
