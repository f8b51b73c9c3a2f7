/** Dates from results of any origin, which may be invalid: the schema checks their form only. */

/** A date in `locale` (default: the visitor's); the text itself if it is no date. */
export function dateText(iso: string, withTime = false, locale?: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return withTime
    ? date.toLocaleString(locale, { dateStyle: 'short', timeStyle: 'short' })
    : date.toLocaleDateString(locale);
}

/** The time in milliseconds, for sorting; 0 if it is no date. */
export const timeOf = (iso: string): number => Date.parse(iso) || 0;
