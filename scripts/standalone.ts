/** Scripts that are built as one file each, under a fixed name, and import nothing. */
import type { Rollup } from 'vite';

/**
 * The chunk of this name in a bundle. Throws Error if it is missing or has imports, which a classic script cannot have.
 */
export function standaloneChunk(bundle: Rollup.OutputBundle, fileName: string): Rollup.OutputChunk {
  const output = bundle[fileName];
  if (output?.type !== 'chunk') throw new Error(`${fileName} was not built.`);
  // The bundler turns a module that the page also uses into an import.
  if (output.imports.length > 0) throw new Error(`${fileName} imports ${output.imports.join(', ')}.`);
  return output;
}
