/** How the page uses files that were dropped on it. */

export type Dropped =
  | { readonly kind: 'data' }
  | { readonly kind: 'results' }
  /** One sentence that names the file and says what can be dropped. */
  | { readonly kind: 'unknown'; readonly message: string };

const DATA = /\.(tar|tgz|gz|bin)$/i;
const RESULT = /\.json$/i;
const EXPECTED =
  'drop cifar-10-binary.tar.gz, cifar-100-binary.tar.gz or the .bin files of one of them, or a result as JSON.';

/** `hasFolder`: whether a folder is among the dropped items. */
export function whatIsDropped(files: readonly { readonly name: string }[], hasFolder = false): Dropped {
  const unknown = (what: string): Dropped => ({ kind: 'unknown', message: `${what}: ${EXPECTED}` });
  if (hasFolder) return unknown('A folder was dropped, and only files can be read');
  if (files.length === 0) return unknown('No file was dropped');
  if (files.every((f) => DATA.test(f.name))) return { kind: 'data' };
  if (files.every((f) => RESULT.test(f.name))) return { kind: 'results' };
  const stranger = files.find((f) => !DATA.test(f.name) && !RESULT.test(f.name));
  if (stranger) return unknown(`“${stranger.name}” cannot be used here`);
  return unknown('Data and results were dropped together');
}
