/** The stored record of a saved run, and its validation when read. */
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import * as v from 'valibot';
import { parseRaceResultInParts } from '../../core/result/results-schema.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { pauses } from '../shared/pauses.ts';

export const NAME_LENGTH = 120;

export interface SavedRun {
  /** A hash of the result (`contentId`), so that the same result is kept once. */
  readonly id: string;
  readonly name: string;
  /** ISO 8601 date and time at which it was saved. */
  readonly createdAt: string;
  readonly result: RaceResult;
  /** It came from a file or a link; absent for a race of this browser, and in records of earlier versions. */
  readonly imported?: true;
}

const RecordSchema = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(80)),
  name: v.optional(v.unknown()),
  createdAt: v.optional(v.unknown()),
  result: v.optional(v.unknown()),
  imported: v.optional(v.unknown()),
});

/** Which dataset a result on CIFAR images was trained on. */
export const cifarOf = ({ dataset }: Pick<RaceResult, 'dataset'>): 'CIFAR-10' | 'CIFAR-100' =>
  /^CIFAR-100\b/.test(dataset.provenance) ? 'CIFAR-100' : 'CIFAR-10';

/** e.g. `demo: AT, TRADES, ARAT (8 epochs, CIFAR-10)`. */
export function defaultName(result: RaceResult): string {
  const { config } = result;
  const labels = config.contestants.map((c) => c.label).join(', ');
  const { kind, short } = SOURCES[config.dataset.source];
  const data = kind === 'files' ? cifarOf(result) : short;
  const seeds = config.repeats > 1 ? `, ${config.repeats} seeds` : '';
  return `${config.preset}: ${labels} (${config.optimiser.epochs} epochs, ${data}${seeds})`.slice(
    0,
    NAME_LENGTH,
  );
}

/** `name`, trimmed and shortened; the default name if nothing is left. */
export function cleanName(name: unknown, result: RaceResult): string {
  const trimmed = typeof name === 'string' ? name.trim().slice(0, NAME_LENGTH).trim() : '';
  return trimmed || defaultName(result);
}

/**
 * The run without stress test, curves, gradient conflict and BatchNorm statistics: enough for the list and the
 * comparison.
 */
export function summaryOf(run: SavedRun): SavedRun {
  const runs = run.result.runs.map((r) => ({ ...r, curves: [], gradientConflict: [], bn: [] }));
  const { report: _, ...result } = run.result;
  return { ...run, result: { ...result, runs } };
}

/** Number of characters hashed before a yield to the page. */
const PART = 1 << 18;

/**
 * Two 32-bit FNV-1a hashes of the result's JSON with different offsets, as 16 hexadecimal digits. Like validation, it
 * yields to the page between parts.
 */
export async function contentId(result: RaceResult): Promise<string> {
  const pause = pauses();
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  const take = (text: string) => {
    for (let i = 0; i < text.length; i++) {
      const c = text.charCodeAt(i);
      low = Math.imul(low ^ c, 0x01000193);
      high = Math.imul(high ^ c, 0x01000193);
    }
  };
  for (const text of textOf(result))
    for (let at = 0; at < text.length; at += PART) {
      await pause();
      take(text.slice(at, at + PART));
    }
  const hex = (half: number) => (half >>> 0).toString(16).padStart(8, '0');
  return hex(low) + hex(high);
}

/**
 * The result's JSON in parts, run by run, with `runs` as the last field. Without the stress test, which may be made
 * after the result was saved, and without styles, which saving adds.
 */
function* textOf({ runs, report: _, ...head }: RaceResult): Generator<string> {
  yield JSON.stringify({ ...head, runs: [] }).slice(0, -'[]}'.length);
  for (const [i, { style: _style, ...run }] of runs.entries())
    yield (i === 0 ? '[' : ',') + JSON.stringify(run);
  yield runs.length === 0 ? '[]}' : ']}';
}

/** Validates and normalises a stored record. Rejects with an `Error` of one sentence if it cannot be used. */
export async function parseRecord(raw: unknown): Promise<SavedRun> {
  const parsed = v.safeParse(RecordSchema, raw);
  if (!parsed.success) throw new Error('The record has no usable identifier.');
  const { id, name, createdAt, imported } = parsed.output;
  const result = await parseRaceResultInParts(parsed.output.result, pauses());
  const date =
    typeof createdAt === 'string' && !Number.isNaN(Date.parse(createdAt)) ? createdAt : result.finishedAt;
  return {
    id,
    name: cleanName(name, result),
    createdAt: date,
    result,
    ...(imported === true && { imported }),
  };
}
