import { describe, expect, it } from 'vitest';
import { gridOf, tableText, type CellLike } from './table-text.ts';

const cell = (textContent: string, colSpan = 1, rowSpan = 1): CellLike => ({ textContent, colSpan, rowSpan });
const cells = {
  header: ['Method', 'Clean'],
  rows: [
    ['ARAT, λ_1 | 50 %', '62.9 ± 0.8'],
    ['<b>', '–'],
  ],
};

describe('a table as text', () => {
  it('given cells over several rows and columns, when laid out, then each is in its first place', () => {
    expect(
      gridOf([[cell('Run', 1, 2), cell('a'), cell('b')], [cell('c'), cell(' d\n e ')], [cell('wide', 3)]]),
    ).toEqual([
      ['Run', 'a', 'b'],
      ['', 'c', 'd e'],
      ['wide', '', ''],
    ]);
  });

  it('given text that Markdown would interpret, when written, then it is escaped and numbers are right-aligned', () => {
    expect(tableText(cells, 'Markdown')).toBe(
      '| Method | Clean |\n| :-- | --: |\n| ARAT, λ\\_1 \\| 50 % | 62.9 ± 0.8 |\n| \\<b\\> | – |\n',
    );
  });

  it('given text that LaTeX would interpret, when written, then it is escaped between the rules of booktabs', () => {
    const text = tableText(cells, 'LaTeX');
    expect(text).toContain('\\begin{tabular}{lr}');
    expect(text).toContain('  ARAT, $\\lambda$\\_1 | 50 \\% & 62.9 $\\pm$ 0.8 \\\\\n');
    expect(text).toMatch(/\\toprule\n {2}Method & Clean \\\\\n {2}\\midrule\n/);
    expect(text).toContain('  <b> & -- \\\\\n  \\bottomrule\n\\end{tabular}\n');
  });

  it('given a note, when written, then it stands below the table, escaped for the format', () => {
    const noted = { ...cells, note: 'AutoAttack of x_1: 10 steps, 50 %.' };
    expect(tableText(noted, 'Markdown')).toMatch(/\| – \|\n\nAutoAttack of x\\_1: 10 steps, 50 %\.\n$/);
    expect(tableText(noted, 'LaTeX')).toMatch(
      /\\end\{tabular\}\n\nAutoAttack of x\\_1: 10 steps, 50 \\%\.\n$/,
    );
    expect(tableText(noted, 'CSV')).toMatch(/–\r\n"AutoAttack of x_1: 10 steps, 50 %\."\r\n$/);
  });

  it('given a backslash and braces, when written for LaTeX, then each is escaped once', () => {
    const text = tableText({ header: ['\\{a}'], rows: [] }, 'LaTeX');
    expect(text).toContain('  \\textbackslash{}\\{a\\} \\\\');
  });

  it('given a cell that a spreadsheet could run, when written as CSV, then it is quoted as in every other file', () => {
    expect(tableText({ header: ['a'], rows: [['=1+1']] }, 'CSV')).toBe("a\r\n'=1+1\r\n");
  });
});
