/** Which models can be attacked now, and on which test images: a race's, or those of the settings. Pure functions. */
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import { errorMessage } from '../../core/error-message.ts';
import { amongText, outputsFor } from '../../core/nn/model-answers.ts';
import type { TestImages } from '../../worker/viewer.ts';
import type { BenchState } from './bench-state.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { modelsUnavailable } from './models.ts';
import { configError } from './race-rules.ts';

/** Whose test images: those of the race with its models, or those that the settings choose. */
export type ImageChoice = 'race' | 'settings';

export interface Attackable {
  /** Why nothing can be attacked now and what to do, in one sentence; null if something can. */
  readonly unavailable: string | null;
  /** Whether there are no models at all, neither of a race nor opened. */
  readonly none: boolean;
  /** What there is to choose from; one entry or none without opened models. */
  readonly choices: readonly { readonly value: ImageChoice; readonly label: string }[];
  readonly choice: ImageChoice;
  /** For the engine; undefined: the images of the last race. */
  readonly images: TestImages | undefined;
  readonly dataset: TestImages['dataset'];
  /** Names of the data set's classes, or of the chosen ones; empty if not known. */
  readonly classNames: readonly string[];
  /** Labels of the models, in order. */
  readonly labels: readonly string[];
  /** Models that are left out, and why, in sentences. */
  readonly missing: ReadonlyMap<string, string>;
  /** A sentence for each opened model that has more outputs than these images have classes. */
  readonly among: readonly string[];
}

/** What decides it. */
export interface AttackablePage extends Pick<
  BenchState,
  'race' | 'shown' | 'ownRace' | 'config' | 'data' | 'opened'
> {
  /** Settings and class names of the run shown; null if none is. */
  readonly ownConfig: ExperimentConfig | null;
  readonly ownClassNames: readonly string[] | null;
  /** Contestants without a model, and why. */
  readonly failed: ReadonlyMap<string, string>;
}

interface Options {
  /** Work that would compete with training. */
  readonly exclusive?: boolean;
  /** What the visitor wants, where it is possible. */
  readonly wanted: ImageChoice;
}

export function attackable(page: AttackablePage, { exclusive = false, wanted }: Options): Attackable {
  const { shown, race, ownRace, config, data, opened } = page;
  const raceUnavailable = modelsUnavailable(shown, race, { exclusive, ownRace });
  const own = page.ownConfig ?? config;
  const withRace = raceUnavailable === null || opened.length === 0;
  const choice = opened.length === 0 || (wanted === 'race' && withRace) ? 'race' : 'settings';
  const { dataset } = choice === 'race' ? own : config;
  const known = data[dataset.source]?.classNames;
  const none = opened.length === 0 && !ownRace && (shown !== 'live' || race === null);
  const missing = new Map<string, string>();
  const fitting: string[] = [];
  const among: string[] = [];
  for (const { label, classes } of opened) {
    try {
      const outputs = outputsFor(classes, dataset.classes, known ?? SOURCES[dataset.source].classNames);
      fitting.push(label);
      if (outputs && outputs.length < classes) among.push(`${label} ${amongText(classes, outputs.length)}`);
    } catch (error) {
      missing.set(label, errorMessage(error));
    }
  }
  const choices = [
    ...(raceUnavailable === null ? [{ value: 'race' as const, label: 'of the race' }] : []),
    { value: 'settings' as const, label: `of the settings: ${SOURCES[config.dataset.source].short}` },
  ];
  if (choice === 'settings')
    return {
      unavailable: settingsUnavailable(page, exclusive, fitting.length > 0),
      none,
      choices,
      choice,
      images: { dataset, seed: config.seed },
      dataset,
      classNames: known ?? SOURCES[dataset.source].classNames,
      labels: fitting,
      missing,
      among,
    };
  for (const [label, why] of page.failed) missing.set(label, `No model, because its training failed: ${why}`);
  return {
    unavailable: raceUnavailable,
    none,
    choices: opened.length === 0 ? [] : choices,
    choice,
    images: undefined,
    dataset,
    classNames: page.ownClassNames ?? [],
    labels: [...own.contestants.map((c) => c.label), ...fitting],
    missing,
    among,
  };
}

/** Why the opened models cannot be attacked now on the images of the settings; null if they can. */
function settingsUnavailable(
  { race, config, data }: AttackablePage,
  exclusive: boolean,
  some: boolean,
): string | null {
  if (exclusive && (race === 'running' || race === 'preparing' || race === 'evaluating'))
    return 'A race is training: pause it, stop it, or wait for its end.';
  const { kind, short } = SOURCES[config.dataset.source];
  if (!data[config.dataset.source] && (kind === 'download' || kind === 'files'))
    return `The test images that the settings choose (${short}) are not loaded yet: load them under Data.`;
  const wrong = configError(config, data);
  if (wrong !== null) return wrong;
  return some
    ? null
    : 'None of the opened models tells the classes of these images apart: choose other data or classes in the settings.';
}
