/**
 * The recorded runs: results of `npm run experiment`, served beside the page, with an index that gives each a title and
 * a description.
 */
import { errorMessage, withoutFullStop } from '../../core/error-message.ts';
import * as v from 'valibot';
import { download } from '../../core/data/http.ts';
import { parseRaceResultInParts } from '../../core/result/results-schema.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { notify } from '../shared/notify.ts';
import { pauses } from '../shared/pauses.ts';

const FOLDER = './recorded';
/** The run shown at first paint. */
export const FIRST = 'quick-race.json';

/** `words`: what the run shows, in sentences for the page. */
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

/** A request fails after so many milliseconds without data, so that the visitor gets a message within 20 s. */
const STALL_MS = 15_000;
/** Size limit of one file, far above that of the largest run. */
const MOST_BYTES = 64 * 2 ** 20;

/** A file of the folder of recorded runs. Rejects with one sentence, `HttpError` where the server refused it. */
export async function fetchRecorded(file: string, stallMs = STALL_MS): Promise<Uint8Array> {
  const path = `${FOLDER}/${file}`;
  const url = typeof document === 'undefined' ? path : new URL(path, document.baseURI).href;
  return download(url, MOST_BYTES, { fetch: (...args) => fetch(...args), stallMs });
}

const fetchJson = async (file: string, stallMs: number): Promise<unknown> =>
  JSON.parse(new TextDecoder().decode(await fetchRecorded(file, stallMs)));

const runs = new Map<string, Promise<RaceResult>>();

/** Loads a recorded run, once per file. Rejects with one sentence if it cannot be loaded or read. */
export function loadRecorded(file: string, stallMs = STALL_MS): Promise<RaceResult> {
  const known = runs.get(file);
  if (known) return known;
  const loading = fetchJson(file, stallMs).then((json) => parseRaceResultInParts(json, pauses()));
  runs.set(file, loading);
  // After a failure, the next call tries again.
  loading.catch(() => runs.delete(file));
  return loading;
}

let index: Promise<readonly RecordedEntry[]> | null = null;

/** Loads the list of recorded runs, once. Rejects if it cannot be loaded or read. */
export function loadIndex(stallMs = STALL_MS): Promise<readonly RecordedEntry[]> {
  const loading = index ?? fetchJson('index.json', stallMs).then((json) => v.parse(IndexSchema, json));
  index = loading;
  // After a failure, the next call tries again.
  loading.catch(() => (index = null));
  return loading;
}

/** The run shown at first paint, with its title. If it cannot be loaded, shows a message and resolves to null. */
export async function loadFirst(): Promise<{ result: RaceResult; title: string } | null> {
  try {
    const [result, entries] = await Promise.all([loadRecorded(FIRST), loadIndex().catch(() => [])]);
    return { result, title: entries.find((e) => e.file === FIRST)?.title ?? '' };
  } catch (error) {
    const why = withoutFullStop(errorMessage(error));
    const rest = 'Training, shared links and saved runs work without it.';
    notify('warning', `The recorded run did not arrive: ${why}. ${rest}`);
    return null;
  }
}
