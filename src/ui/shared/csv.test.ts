import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { RobustnessReport } from '../../core/result/stress-report.ts';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { reportCsv } from '../judge/rows.ts';
import { conflictCsv, curvesCsv, finalCsv } from './race-csv.ts';
import { csvCell, csvFile } from './csv.ts';

/** The text that a reader of RFC 4180 finds in a cell as it was written. */
const unquoted = (cell: string) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell);

describe('csvCell', () => {
  it.each([
    ...['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', ' =1', '  \n =1', '\u00a0=1', '\u3000=1'],
    ...[
      '＝1+1',
      '＋1',
      '－1',
      '＠A1',
      '−1',
      ' ＝1',
      '\u200b=1',
      '\ufeff=1',
      '\u0000=1',
      '\u202e=1',
      '\ttext',
    ],
  ])('given %j, when written, then the cell begins with an apostrophe and keeps the text', (text) => {
    expect(unquoted(csvCell(text))).toBe(`'${text}`);
  });

  it.each(['ARAT, β 6', 'ARAT+SWA', 'a=b', 'ε 8/255', '5 − 3', '(x)'])(
    'given %j, which no spreadsheet runs, then the text is unchanged',
    (text) => {
      expect(unquoted(csvCell(text))).toBe(text);
    },
  );

  it('given text with a separator of any locale, when written, then it is quoted, so that it stays one cell', () => {
    for (const text of ['a;=1+1', 'a\t=1+1', 'a|=1+1', 'a\r\n=1+1', 'a,=1+1'])
      expect(csvCell(text)).toBe(`"${text}"`);
  });

  it('given numbers, when written, then negative ones stay numbers, and those that are not finite give an empty cell', () => {
    expect([-1.5, 1e-7, NaN, Infinity].map(csvCell)).toEqual(['-1.5', '1e-7', '', '']);
  });

  it('given any text, when written and trimmed as a spreadsheet may, then no cell begins with a sign', () => {
    const nasty = fc.string({
      unit: fc.constantFrom(
        '=',
        '+',
        '-',
        '@',
        '＝',
        '＠',
        ' ',
        '\n',
        '\r',
        '\t',
        '\u200b',
        '\u3000',
        'a',
        '"',
        ',',
      ),
    });
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string({ unit: 'binary' })), (text) => {
        const trimmed = unquoted(csvCell(text))
          .normalize('NFKC')
          .replace(/^[\s\p{C}]+/u, '');
        expect(trimmed).not.toMatch(/^[=+\-@]/);
      }),
    );
  });
});

test('given rows, when a file is written, then it begins with a byte order mark and every line ends with CRLF', () => {
  const text = csvFile(
    ['label', 'x'],
    [
      ['ε', 1],
      ['β', null],
    ],
  );
  const bytes = new TextEncoder().encode(text);
  expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
  expect(new TextDecoder().decode(bytes)).toBe('label,x\r\nε,1\r\nβ,\r\n');
});

describe('every CSV of the page', () => {
  const label = '\n=HYPERLINK("http://example.org";"ε")';
  const sample = sampleRace({ epochs: 1, methods: 2 });
  const race = { ...sample, runs: sample.runs.map((r, i) => (i === 1 ? { ...r, label } : r)) };
  const report = {
    options: { norm: 'linf', eps: 0.03, seed: 0 },
    branch: 'adv',
    rows: [
      {
        label,
        attack: 'pgd-20',
        name: 'PGD-20',
        partOf: null,
        eps: 0.03,
        stepSize: 0.01,
        iterations: 20,
        restarts: 1,
        targets: 0,
        correct: 1,
        tried: 2,
        n: 2,
        interval: [0, 1],
        seconds: 1,
      },
    ],
  } as unknown as RobustnessReport;

  it.each([
    ['curves', () => curvesCsv(race)],
    ['gradient conflict', () => conflictCsv(race)],
    ['final table', () => finalCsv(race)],
    ['robustness report', () => reportCsv(report)],
  ])('given a label that is a formula, when the %s is exported, then it cannot run', (_, write) => {
    const text = write();
    expect(text.startsWith('\uFEFF')).toBe(true);
    expect(text).toContain(`"'${label.replaceAll('"', '""')}"`);
    expect(text.replaceAll(`"'${label.replaceAll('"', '""')}"`, '')).not.toContain('HYPERLINK');
  });

  it('given training images were evaluated, when the tables are exported, then they hold these accuracies, the distance of the features and the best epoch', () => {
    const race = sampleRace({ methods: 1, epochs: 4, training: true });
    const cells = (text: string) =>
      text
        .replace('\uFEFF', '')
        .trim()
        .split(/\r?\n/)
        .map((line) => line.split(','));
    const column = ([head, ...rows]: string[][], name: string) =>
      rows.map((row) => Number(row[head.indexOf(name)]));
    const curves = cells(curvesCsv(race));
    const [{ curves: points }] = race.runs;
    expect(column(curves, 'train_robust')).toEqual(points.map((p) => p.trainRobust));
    expect(column(curves, 'feature_distance')).toEqual(points.map((p) => p.featureDistance));
    const highest = Math.max(...points.slice(1).map((p) => p.robust));
    expect(points[column(cells(finalCsv(race).replace(/"[^"]*"/g, '')), 'best_epoch')[0]].robust).toBe(
      highest,
    );
  });
});
