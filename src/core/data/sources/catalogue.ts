/**
 * The registry of data sources. Imports no readers: load.ts has these, and the generators of generated sources.
 */
import { archive } from './archive.ts';
import { cifar10 } from './cifar10.ts';
import { embedded } from './embedded.ts';
import type { AnySource } from './source.ts';
import { synthetic } from './synthetic.ts';

/** In the order in which the picker lists them. */
const LIST = [synthetic, embedded, cifar10, archive] as const;

export type DataSource = (typeof LIST)[number]['id'];
/** The sources that are computed; load.ts has a generator for each. */
export type GeneratedId = Extract<(typeof LIST)[number], { kind: 'generated' }>['id'];

export const DATA_SOURCES: readonly AnySource<DataSource>[] = LIST;
export const DATA_SOURCE_IDS: readonly DataSource[] = LIST.map(({ id }) => id);

export const SOURCES = Object.fromEntries(LIST.map((source) => [source.id, source])) as Readonly<
  Record<DataSource, AnySource<DataSource>>
>;
