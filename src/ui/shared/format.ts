/** Figures as papers write them: budgets, percentages, times. */
import type { RunResult } from '../../core/result/results.ts';
import { byContestant, spreadText } from '../../core/result/spread.ts';

/** A pixel budget in [0,1] as k/255, e.g. 0.0314 -> `8/255`, 0.0300 -> `7.65/255`. */
export function in255(x: number): string {
  const k = x * 255;
  const nearest = Math.round(k);
  return `${Math.abs(k - nearest) < 0.005 ? nearest : k.toFixed(2)}/255`;
}

/** 0.7525 -> `75.3 %` (non-breaking); null and NaN -> `–`. */
export function percent(x: number | null | undefined, digits = 1): string {
  return x === null || x === undefined || !Number.isFinite(x) ? '–' : `${(100 * x).toFixed(digits)}\u00a0%`;
}

/** Final accuracy of one contestant: `75.3 %`, over seeds `75.3 ± 0.8 %` (non-breaking). */
export function finalText(runs: readonly RunResult[], of: 'clean' | 'robust'): string {
  const values = runs.flatMap((r) => r.final?.[of] ?? []);
  return values.length === 0 ? '–' : `${spreadText(values, 1, 100).replaceAll(' ', '\u00a0')}\u00a0%`;
}

/** `800`, or for different counts `500–800`; at least one. */
export function countText(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)].map((n) => n.toLocaleString('en'));
  return least === most ? least : `${least}–${most}`;
}

/** `800 test images, 5 seeds`: what the final accuracies of these runs count; at least one has a final evaluation. */
export function finalCounts(runs: readonly RunResult[]): string {
  const ended = runs.filter((run) => run.final);
  const seeds = countText(byContestant(ended).map((c) => c.runs.length));
  const images = countText(ended.flatMap((run) => run.final?.n ?? []));
  return `${images} test images, ${seeds === '1' ? 'one seed' : `${seeds} seeds`}`;
}

/** Seconds in words, e.g. 75 -> `1 min 15 s`. */
export function duration(seconds: number): string {
  const s = Math.max(0, Math.round(seconds));
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/** An estimate in words: to five seconds, minutes or hours, e.g. 75 -> `1 min`, 9000 -> `2.5 h`, 400000 -> `5 days`. */
export function roughly(seconds: number): string {
  if (seconds < 55) return `${Math.max(5, 5 * Math.round(seconds / 5))} s`;
  if (seconds < 5400) return `${Math.max(1, Math.round(seconds / 60))} min`;
  const hours = seconds / 3600;
  if (hours < 10) return `${hours.toFixed(1)} h`;
  return hours < 72 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}

/**
 * Name of class `index` (0..k-1, as the network counts). `names` holds either the k used classes or all classes of the
 * dataset, of which `used` are taken.
 */
export function className(index: number, names: readonly string[], used: readonly number[]): string {
  return (names.length > used.length ? names[used[index]] : names[index]) ?? `class ${index}`;
}
