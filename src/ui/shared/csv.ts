/** CSV for spreadsheets and pandas (RFC 4180, CRLF, one header line). The only place that quotes cells. */

export type CsvCell = string | number | null | undefined;

/** Without it Excel reads the file in the system's old code page and breaks ε and β; pandas and R skip it. */
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Text that a spreadsheet may run as a formula: a sign, full-width ones included, after any number of spaces, line
 * breaks, control and invisible characters, which spreadsheets may trim.
 */
const FORMULA = /^[\s\p{C}\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠−﹢﹣﹦﹫]/u;

/**
 * Begins with a character that Excel takes as the end of a cell when text is pasted, so that what follows stands alone.
 */
const LEADING_BREAK = /^[\t\r\n]/;

/** All that may separate cells in some country's spreadsheet is quoted: else `a;=1+1` would become two cells. */
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
