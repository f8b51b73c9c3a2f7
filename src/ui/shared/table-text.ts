/** Tables of the page as text for papers and notes: Markdown, LaTeX (booktabs) and CSV. */
import { csvFile } from './csv.ts';

export interface TableCells {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** A sentence or more without which the figures could be misread. */
  readonly note?: string;
}

export const TABLE_FORMATS = ['Markdown', 'LaTeX', 'CSV'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** What a cell of an HTML table gives; a subset of `HTMLTableCellElement`. */
export interface CellLike {
  readonly textContent: string | null;
  readonly colSpan: number;
  readonly rowSpan: number;
}

/**
 * Cells row by row as texts in a grid: a cell over several rows or columns is in the first of its places, and the
 * others are empty.
 */
export function gridOf(rows: readonly (readonly CellLike[])[]): string[][] {
  const grid: string[][] = rows.map(() => []);
  rows.forEach((cells, r) => {
    let column = 0;
    for (const { textContent, colSpan, rowSpan } of cells) {
      while (grid[r][column] !== undefined) column++;
      for (let i = 0; i < rowSpan && r + i < grid.length; i++)
        for (let k = 0; k < colSpan; k++)
          grid[r + i][column + k] = i + k === 0 ? (textContent ?? '').replaceAll(/\s+/g, ' ').trim() : '';
      column += colSpan;
    }
  });
  const width = Math.max(0, ...grid.map((row) => row.length));
  return grid.map((row) => Array.from({ length: width }, (_, i) => row[i] ?? ''));
}

/** The cells of a table on the page, whose first row is the header, and the note in its `data-note`. */
export function cellsOf(table: HTMLTableElement): TableCells {
  // innerText puts a break between the blocks of a cell; the dot of a contestant's colour is no text.
  const cells = (row: HTMLTableRowElement) =>
    [...row.cells].map(({ innerText, colSpan, rowSpan }) => ({
      textContent: innerText.replace(/^\s*●\s*/, ''),
      colSpan,
      rowSpan,
    }));
  const [header = [], ...rows] = gridOf([...table.rows].map(cells));
  const { note } = table.dataset;
  return { header, rows, ...(note !== undefined && { note }) };
}

/** Characters that Markdown or HTML within it would interpret; labels may come from a stranger's link. */
const markdownCell = (text: string): string => text.replaceAll(/[\\|*_`[\]<>~]/g, (c) => `\\${c}`);

function markdown({ header, rows, note }: TableCells): string {
  const line = (cells: readonly string[]) => `| ${cells.map(markdownCell).join(' | ')} |\n`;
  const rule = alignments({ header, rows }).map((a) => (a === 'r' ? '--:' : ':--'));
  const below = note === undefined ? '' : `\n${markdownCell(note)}\n`;
  return line(header) + `| ${rule.join(' | ')} |\n` + rows.map(line).join('') + below;
}

/** Characters that LaTeX would interpret, and those of the page's tables that need its mathematics. */
const LATEX: Readonly<Record<string, string>> = {
  '\\': String.raw`\textbackslash{}`,
  '~': String.raw`\textasciitilde{}`,
  '^': String.raw`\textasciicircum{}`,
  '±': String.raw`$\pm$`,
  '−': '$-$',
  '×': String.raw`$\times$`,
  '≤': String.raw`$\leq$`,
  '≥': String.raw`$\geq$`,
  '→': String.raw`$\rightarrow$`,
  '∞': String.raw`$\infty$`,
  ε: String.raw`$\varepsilon$`,
  λ: String.raw`$\lambda$`,
  β: String.raw`$\beta$`,
  γ: String.raw`$\gamma$`,
  δ: String.raw`$\delta$`,
  '′': "$'$",
  '–': '--',
  '—': '---',
  '’': "'",
  '“': '``',
  '”': "''",
  '…': String.raw`\ldots{}`,
};
const latexCell = (text: string): string =>
  text.replaceAll(/[&%$#_{}]|[^\x20-\x7e]|[\\~^]/gu, (c) => LATEX[c] ?? (/[&%$#_{}]/.test(c) ? `\\${c}` : c));

/** `r` for a column whose cells all begin with a number, a sign or a dash, else `l`. */
const alignments = ({ header, rows }: TableCells): string[] =>
  header.map((_, i) => (i > 0 && rows.every((row) => /^([+−–-]?\d|–|$)/.test(row[i])) ? 'r' : 'l'));

function latex(cells: TableCells): string {
  const line = (row: readonly string[]) => `  ${row.map(latexCell).join(' & ')} \\\\\n`;
  return [
    '% \\usepackage{booktabs}\n',
    `\\begin{tabular}{${alignments(cells).join('')}}\n`,
    '  \\toprule\n',
    line(cells.header),
    '  \\midrule\n',
    ...cells.rows.map(line),
    '  \\bottomrule\n',
    '\\end{tabular}\n',
    ...(cells.note === undefined ? [] : [`\n${latexCell(cells.note)}\n`]),
  ].join('');
}

/** The table as text. */
export function tableText(cells: TableCells, format: TableFormat): string {
  switch (format) {
    case 'Markdown':
      return markdown(cells);
    case 'LaTeX':
      return latex(cells);
    case 'CSV':
      // The byte order mark is for files.
      return csvFile(cells.header, [
        ...cells.rows,
        ...(cells.note === undefined ? [] : [[cells.note]]),
      ]).replace(/^\uFEFF/, '');
  }
}
