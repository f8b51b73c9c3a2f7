/** CSV for spreadsheets and pandas (RFC 4180, CRLF, one header line). The only place that quotes cells. */

export type CsvCell = string | number | null | undefined;

/** Makes Excel read the file as UTF-8, which ε and β need; pandas and R skip it. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Text that a spreadsheet may run as a formula: a sign, full-width ones included, after any number of spaces, line
 * breaks, control and invisible characters, which spreadsheets may trim.
 */
const FORMULA = /^[\s\p{C}\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠−﹢﹣﹦﹫]/u;

/**
 * When text is pasted, Excel ends a cell at these characters, so that the text after one becomes a cell.
 */
const LEADING_BREAK = /^[\t\r\n]/;

/** Text with a separator of any locale is quoted: otherwise `a;=1+1` could become two cells. */
const NEEDS_QUOTES = /[",;|\t\r\n]|^\s|\s$/;

/**
 * One cell. Labels may come from a stranger's link, so text that a spreadsheet may run gets a leading apostrophe.
 * Numbers are written as they are; those that are not finite, null and undefined become an empty cell.
 */
export function csvCell(value: CsvCell): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : '';
  const text = FORMULA.test(value) || LEADING_BREAK.test(value) ? `'${value}` : value;
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The whole file as text, byte order mark included. */
export function csvFile(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return BYTE_ORDER_MARK + [header, ...rows].map((row) => row.map(csvCell).join(',') + '\r\n').join('');
}
