/** The ways to get data for a race whose own cannot be loaded. Pure functions. */
import { DATA_SOURCES } from '../../core/data/sources/catalogue.ts';
import type { AnySource, DownloadSource } from '../../core/data/sources/source.ts';
import { withSource } from '../../core/experiments/with-source.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { roughly } from '../shared/format.ts';
import type { Source } from '../workbench/bench-state.ts';

type OnDemand = Exclude<AnySource<Source>, { kind: 'files' }>;

export interface Way {
  readonly source: Source;
  readonly kind: OnDemand['kind'];
  /** Label of its button. */
  readonly words: string;
}

/** The speed to name where the browser estimates none, in megabits per second. */
const USUAL_SPEED = 50;

/** The connection's speed that the browser estimates, in megabits per second; null if it does not. */
export function connectionSpeed(): number | null {
  const { connection } = navigator as { connection?: { downlink?: number } };
  return connection?.downlink ? connection.downlink : null;
}

function downloadWords({ size, bytes }: DownloadSource['download'], speed: number | null): string {
  const megabits = speed ?? USUAL_SPEED;
  return `${size}, about ${roughly((8 * bytes) / 1e6 / megabits)} at ${megabits} Mbit/s`;
}

function labelOf(source: OnDemand, config: ExperimentConfig, speed: number | null): string {
  const { dataset } = withSource(config, source.id);
  const [has, wants] = [dataset.classes.length, config.dataset.classes.length];
  const fewer = has < wants ? `, ${has} classes instead of ${wants}` : '';
  switch (source.kind) {
    case 'generated':
      return `Use ${source.name[0].toLowerCase()}${source.name.slice(1)}${fewer}`;
    case 'hosted':
      return `Train on ${dataset.trainSize.toLocaleString('en')} photographs of this page${fewer} (${source.size})`;
    case 'download': {
      const what =
        config.dataset.source === source.id ? 'Try the download again' : `Download ${source.short}`;
      return `${what}${fewer} (${downloadWords(source.download, speed)})`;
    }
  }
}

const KINDS = ['download', 'hosted', 'generated'] as const;

/** Ways other than the visitor's own files: downloads first, then hosted and generated images. */
export function waysToData(config: ExperimentConfig, speed: number | null): Way[] {
  const sources = DATA_SOURCES.filter((s): s is OnDemand => s.kind !== 'files');
  return KINDS.flatMap((kind) =>
    sources
      .filter((s) => s.kind === kind)
      .map((s) => ({ source: s.id, kind, words: labelOf(s, config, speed) })),
  );
}
