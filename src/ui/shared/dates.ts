/** Dates from results of any origin: the schema checks the form of a date, not that the day exists. */

/** In the visitor's language; unchanged if it is no date. */
export function dateText(iso: string, withTime = false, locale?: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return withTime
    ? date.toLocaleString(locale, { dateStyle: 'short', timeStyle: 'short' })
    : date.toLocaleDateString(locale);
}

/** For sorting: the time in milliseconds, 0 where it is no date. */
export const timeOf = (iso: string): number => Date.parse(iso) || 0;
