/** Dates from results, which may come from elsewhere: the schema's form of a date is not yet a day that exists. */

/** In the visitor's language; as it was written where it is no date. */
export function dateText(iso: string, withTime = false, locale?: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  return withTime
    ? date.toLocaleString(locale, { dateStyle: 'short', timeStyle: 'short' })
    : date.toLocaleDateString(locale);
}

/** For sorting: the time in milliseconds, 0 where it is no date. */
export const timeOf = (iso: string): number => Date.parse(iso) || 0;
