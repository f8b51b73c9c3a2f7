/** The recorded run of the first paint: made by `npm run experiment`, kept beside the page. */
import type { RaceResult } from '../../core/results.ts';

let pending: Promise<RaceResult | null> | null = null;

/** Null where there is none or it cannot be read; the page then says what to do instead. */
export function loadRecorded(): Promise<RaceResult | null> {
  pending ??= (async () => {
    try {
      const response = await fetch('./recorded/default.json');
      if (!response.ok) return null;
      const { parseRaceResult } = await import('../../core/results-schema.ts');
      return parseRaceResult(await response.json());
    } catch {
      return null;
    }
  })();
  return pending;
}
