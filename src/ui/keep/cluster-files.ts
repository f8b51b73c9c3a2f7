/** The files of the Python package scale/ as text, by path. Loaded only when the zip for a cluster is made. */
import requirements from '../../../scale/requirements.txt?raw';
import configSchema from '../../../scale/config-schema.json?raw';
import vocabulary from '../../../scale/formula/vocabulary.json?raw';

/** What it needs, with versions. */
export const REQUIREMENTS: string = requirements;

const SOURCES = import.meta.glob<string>(['../../../scale/**/*.py', '!../../../scale/testing/**'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

export const CLUSTER_FILES: ReadonlyMap<string, string> = new Map([
  ...Object.entries(SOURCES).map(([path, text]) => [path.replace('../../../', ''), text] as const),
  ['scale/config-schema.json', configSchema],
  ['scale/formula/vocabulary.json', vocabulary],
]);
