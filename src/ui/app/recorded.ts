/** The recorded runs: made by `npm run experiment`, kept beside the page, listed with a title and plain words in an index. */
import * as v from 'valibot';
import type { RaceResult } from '../../core/result/results.ts';
import { retriedImport } from '../shared/retried-import.ts';
import { pauses } from '../state/pauses.ts';

const FOLDER = './recorded';
/** Drawn at first paint. */
export const FIRST = 'default.json';

/** `words`: what the run shows, as it is, for the page. */
export const IndexSchema = v.pipe(
  v.array(
    v.strictObject({
      file: v.pipe(v.string(), v.regex(/^[a-z0-9-]+\.json$/, 'is not the name of a JSON file')),
      title: v.pipe(v.string(), v.minLength(1), v.maxLength(80)),
      words: v.pipe(v.string(), v.minLength(1), v.maxLength(1500)),
    }),
  ),
  v.check((list) => new Set(list.map((e) => e.title)).size === list.length, 'titles must differ'),
  v.check((list) => new Set(list.map((e) => e.file)).size === list.length, 'files must differ'),
);
export type RecordedEntry = v.InferOutput<typeof IndexSchema>[number];

async function fetchJson(file: string): Promise<unknown> {
  const response = await fetch(`${FOLDER}/${file}`);
  if (!response.ok) throw new Error(`The recorded run ${file} could not be loaded (${response.status}).`);
  return response.json();
}

const runs = new Map<string, Promise<RaceResult>>();

/** Rejects with one sentence where it cannot be loaded or read. A run is loaded once. */
export function loadRecorded(file: string): Promise<RaceResult> {
  const known = runs.get(file);
  if (known) return known;
  const loading = (async () => {
    const [json, { parseRaceResultInParts }] = await Promise.all([
      fetchJson(file),
      retriedImport(() => import('../../core/result/results-schema.ts')),
    ]);
    return parseRaceResultInParts(json, pauses());
  })();
  runs.set(file, loading);
  // What failed may be tried again.
  loading.catch(() => runs.delete(file));
  return loading;
}

let index: Promise<readonly RecordedEntry[]> | null = null;

/** Empty where there is none or it cannot be read: the page does without a gallery. */
export function loadIndex(): Promise<readonly RecordedEntry[]> {
  index ??= fetchJson('index.json').then(
    (json) => {
      const parsed = v.safeParse(IndexSchema, json);
      return parsed.success ? parsed.output : [];
    },
    () => [],
  );
  return index;
}

/** The run of the first paint and its title; null where there is none: the page then says what to do instead. */
export async function loadFirst(): Promise<{ result: RaceResult; title: string } | null> {
  try {
    const [result, entries] = await Promise.all([loadRecorded(FIRST), loadIndex()]);
    return { result, title: entries.find((e) => e.file === FIRST)?.title ?? '' };
  } catch {
    return null;
  }
}
