/** Scripts beside the page's bundle that keep their names: each is one file, which imports nothing. */
import type { Rollup } from 'vite';

/** The chunk of this name in a bundle. Throws where it is missing, or imports: a classic script cannot. */
export function standaloneChunk(bundle: Rollup.OutputBundle, fileName: string): Rollup.OutputChunk {
  const output = bundle[fileName];
  if (output?.type !== 'chunk') throw new Error(`${fileName} was not built.`);
  // A module that the page shares with it would become an import.
  if (output.imports.length > 0) throw new Error(`${fileName} imports ${output.imports.join(', ')}.`);
  return output;
}
