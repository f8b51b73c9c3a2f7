/** What is stored for one saved run, and its validation on the way back. */
import * as v from 'valibot';
import { parseRaceResult } from '../../core/results-schema.ts';
import type { RaceResult } from '../../core/results.ts';

export const NAME_LENGTH = 120;

export interface SavedRun {
  /** Follows from the result's contents: the same result is kept once. */
  readonly id: string;
  readonly name: string;
  /** ISO 8601 date and time at which it was saved. */
  readonly createdAt: string;
  readonly result: RaceResult;
}

const RecordSchema = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(80)),
  name: v.optional(v.unknown()),
  createdAt: v.optional(v.unknown()),
  result: v.optional(v.unknown()),
});

/** Which of the two sets a result on CIFAR images was trained on. */
export const cifarOf = ({ dataset }: Pick<RaceResult, 'dataset'>): 'CIFAR-10' | 'CIFAR-100' =>
  /^CIFAR-100\b/.test(dataset.provenance) ? 'CIFAR-100' : 'CIFAR-10';

/** e.g. `demo: AT, TRADES, ARAT (8 epochs, CIFAR-10)`. */
export function defaultName(result: RaceResult): string {
  const { config } = result;
  const labels = config.contestants.map((c) => c.label).join(', ');
  const data = config.dataset.source === 'synthetic' ? 'synthetic' : cifarOf(result);
  const seeds = config.repeats > 1 ? `, ${config.repeats} seeds` : '';
  return `${config.preset}: ${labels} (${config.optimiser.epochs} epochs, ${data}${seeds})`.slice(
    0,
    NAME_LENGTH,
  );
}

/** Trims, shortens, and falls back to the default name where nothing is left. */
export function cleanName(name: unknown, result: RaceResult): string {
  const trimmed = typeof name === 'string' ? name.trim().slice(0, NAME_LENGTH).trim() : '';
  return trimmed || defaultName(result);
}

/** 64 bits of FNV-1a over the result's JSON, in hexadecimal: two halves with different offsets. */
export function contentId(result: RaceResult): string {
  const text = JSON.stringify(result);
  const half = (offset: number) => {
    let hash = offset;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
  };
  return half(0x811c9dc5) + half(0x9747b28c);
}

/** Normalises a stored record. Throws `Error` with one readable sentence where it cannot be used. */
export function parseRecord(raw: unknown): SavedRun {
  const parsed = v.safeParse(RecordSchema, raw);
  if (!parsed.success) throw new Error('The record has no usable identifier.');
  const { id, name, createdAt } = parsed.output;
  const result = parseRaceResult(parsed.output.result);
  const date =
    typeof createdAt === 'string' && !Number.isNaN(Date.parse(createdAt)) ? createdAt : result.finishedAt;
  return { id, name: cleanName(name, result), createdAt: date, result };
}
