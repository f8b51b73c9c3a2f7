/** How the page uses files that were dropped on it. */

export type Dropped =
  | { readonly kind: 'data' }
  | { readonly kind: 'results' }
  | { readonly kind: 'weights' }
  /** One sentence that names the file and says what can be dropped. */
  | { readonly kind: 'unknown'; readonly message: string };

const DATA = /\.(tar|tgz|gz|bin|zip|parquet)$|^(data_batch_\d+|test_batch|batches\.meta|train|test|meta)$/i;
/** What lies beside CIFAR's files: batches.meta.txt, readme.html. */
const COMPANION = /\.(txt|html)$/i;
const RESULT = /\.json$/i;
const WEIGHTS = /\.safetensors$/i;
const PYTORCH = /\.(pt|pth|ckpt)$/i;
const EXPECTED =
  'drop CIFAR-10 or CIFAR-100 (cifar-10-binary.tar.gz, cifar-10-python.tar.gz, the files in them, parquet files, a zip or ' +
  'a folder of these), a result as JSON, or the weights of a network as safetensors.';

/** `hasFolder`: whether a folder is among the dropped items; its files, whatever they are, are data. */
export function whatIsDropped(files: readonly { readonly name: string }[], hasFolder = false): Dropped {
  const unknown = (what: string): Dropped => ({ kind: 'unknown', message: `${what}: ${EXPECTED}` });
  if (hasFolder && files.length === 0) return unknown('The folder is empty');
  if (hasFolder) return { kind: 'data' };
  if (files.length === 0) return unknown('No file was dropped');
  const isData = (f: { readonly name: string }) => DATA.test(f.name);
  if (files.some(isData) && files.every((f) => isData(f) || COMPANION.test(f.name))) return { kind: 'data' };
  if (files.every((f) => RESULT.test(f.name))) return { kind: 'results' };
  if (files.every((f) => WEIGHTS.test(f.name))) return { kind: 'weights' };
  const pytorch = files.find((f) => PYTORCH.test(f.name));
  if (pytorch)
    return {
      kind: 'unknown',
      message: `“${pytorch.name}” is a PyTorch checkpoint, which can hold code: convert it with scripts/pt_to_safetensors.py and drop the safetensors file.`,
    };
  const stranger = files.find((f) => ![DATA, RESULT, WEIGHTS].some((kind) => kind.test(f.name)));
  if (stranger) return unknown(`“${stranger.name}” cannot be used here`);
  return unknown('Files of several kinds were dropped together');
}
