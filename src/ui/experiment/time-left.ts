/** Time left of a download, from its average speed since its phase began. */
import type { DataProgress } from '../../worker/api.ts';

/** Time in a phase before its average speed is used, in ms. */
const SEEN_MS = 2000;

/** Seconds as rounded words, e.g. `about 3 minutes left`. */
export function inWords(seconds: number): string {
  if (seconds < 10) return 'a few seconds left';
  if (seconds < 55) return `about ${Math.ceil(seconds / 10) * 10} seconds left`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 90) return `about ${minutes} minute${minutes === 1 ? '' : 's'} left`;
  return `about ${Math.round(minutes / 60)} hours left`;
}

/** Call the result with every report and its time in ms. It returns null while size or speed is unknown. */
export function createTimeLeft(): (progress: DataProgress, now: number) => string | null {
  let first: { phase: string; bytes: number; at: number } | null = null;
  return ({ phase, loadedBytes, totalBytes }, now) => {
    // A new phase or a load that started again: measure the speed from here.
    if (first?.phase !== phase || loadedBytes < first.bytes) first = { phase, bytes: loadedBytes, at: now };
    const bytes = loadedBytes - first.bytes;
    const ms = now - first.at;
    if (totalBytes === null || ms < SEEN_MS || bytes <= 0) return null;
    return inWords((totalBytes - loadedBytes) / (bytes / ms) / 1000);
  };
}
