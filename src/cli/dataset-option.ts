/** `--dataset` of the commands: a named source, or one or more paths. */
import type { DataSource } from '../core/data/sources/catalogue.ts';
import { SETTINGS } from '../core/settings/specs.ts';
import { valueFromText } from '../core/settings/text.ts';
import { UsageError } from './args.ts';
import { NAMED_SOURCES } from './experiment-data.ts';

export const DATASET = SETTINGS['dataset.source'].option;

const isData = (arg: string): boolean => !arg.startsWith('-') && !arg.endsWith('.safetensors');

/** Repeats `--dataset` before each further path, since a shell expands `--dataset data_batch_*.bin` to several. */
export function withRepeatedDataset(argv: readonly string[]): string[] {
  let ofDataset = false;
  return argv.flatMap((arg, i) => {
    if (!isData(arg)) ofDataset = arg === `--${DATASET}`;
    return ofDataset && isData(arg) && argv[i - 1] !== `--${DATASET}` ? [`--${DATASET}`, arg] : [arg];
  });
}

/** The source and paths in the values of `--dataset`; `paths` is null for a named source. Throws `UsageError`. */
export function datasetOption(values: readonly string[]): {
  readonly source: DataSource;
  readonly paths: readonly string[] | null;
} {
  const isName = (value: string) => NAMED_SOURCES.includes(value);
  const name = values.find(isName);
  if (name === undefined) return { source: 'archive', paths: values };
  const source = valueFromText(SETTINGS['dataset.source'], name);
  if (values.length > 1 || source === undefined)
    throw new UsageError(
      `--dataset takes ${NAMED_SOURCES.join(' or ')} alone, or paths, not "${values.join(' ')}".`,
    );
  return { source, paths: null };
}
