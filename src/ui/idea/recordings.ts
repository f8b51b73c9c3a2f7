/**
 * The recorded combinations of ARAT's parts: their index, loaded at first paint, one recording with its curves, and the
 * images of the first screen. What the site does not have is null, not an error: the page then says so.
 */
import { HttpError } from '../../core/data/http.ts';
import { IMAGE_BYTES } from '../../core/data/dataset.ts';
import { parseFactorialIndex, type FactorialIndex } from '../../core/result/factorial.ts';
import type { RaceResult } from '../../core/result/results.ts';
import { fetchRecorded, loadRecorded } from '../app/recorded.ts';

const FOLDER = 'factorial';

/** A test image with its class, as the networks count. */
export interface Example {
  readonly label: number;
  /** RGB bytes, [32*32*3]. */
  readonly image: Uint8Array;
}

/** `load`, or null where the server has no such file. Single-page servers answer with the page instead of 404. */
async function unlessMissing<T>(load: () => Promise<T>): Promise<T | null> {
  try {
    return await load();
  } catch (error) {
    if (error instanceof HttpError && (error.status === 404 || error.status === 403)) return null;
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Rejects with one sentence if there is an index that cannot be loaded or read. */
export const loadFactorial = (stallMs?: number): Promise<FactorialIndex | null> =>
  unlessMissing(async () => {
    const bytes = await fetchRecorded(`${FOLDER}/index.json`, stallMs);
    return parseFactorialIndex(JSON.parse(new TextDecoder().decode(bytes)));
  });

/** The recording of one contestant, with its curves and all seeds. Rejects with one sentence. */
export const loadRecording = (key: string): Promise<RaceResult> => loadRecorded(`${FOLDER}/${key}.json`);

/** The path of a contestant's weights below the page's folder. */
export const weightsFile = (key: string): string => `recorded/${FOLDER}/${key}.safetensors`;

/** The images of the first screen. Rejects with one sentence. */
export async function loadExamples(stallMs?: number): Promise<readonly Example[]> {
  const bytes = await fetchRecorded('examples.bin', stallMs);
  const size = 1 + IMAGE_BYTES;
  if (bytes.length === 0 || bytes.length % size !== 0)
    throw new Error(
      `The images of the first screen have ${bytes.length} bytes, which is no whole number of images.`,
    );
  return Array.from({ length: bytes.length / size }, (_, k) => ({
    label: bytes[k * size],
    image: bytes.slice(k * size + 1, (k + 1) * size),
  }));
}

/**
 * The recordings of several contestants as one race, e.g. ARAT and the current combination. They must have the same
 * settings and seeds.
 */
export function asOneRace(results: readonly RaceResult[]): RaceResult {
  const [first] = results;
  const config = { ...first.config, contestants: results.flatMap((r) => r.config.contestants) };
  return { ...first, config, runs: results.flatMap((r) => r.runs) };
}
