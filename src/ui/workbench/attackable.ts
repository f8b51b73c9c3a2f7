/** Which models can be attacked now, and on which test images: a race's, or those of the settings. Pure functions. */
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import { errorMessage } from '../../core/error-message.ts';
import { outputsFor } from '../../core/nn/model-answers.ts';
import type { TestImages } from '../../worker/viewer.ts';
import type { BenchState } from './bench-state.ts';
import { failedModels, modelsUnavailable } from './models.ts';
import { configError } from './race-rules.ts';

/** Whose test images: those of the race with its models, or those that the settings choose. */
export type ImageChoice = 'race' | 'settings';

export interface Attackable {
  /** Why nothing can be attacked now and what to do, in one sentence; null if something can. */
  readonly unavailable: string | null;
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
}

type Page = Pick<BenchState, 'race' | 'shown' | 'ownRace' | 'view' | 'config' | 'data' | 'opened'>;

interface Options {
  /** Work that would compete with training. */
  readonly exclusive?: boolean;
  /** What the visitor wants, where it is possible. */
  readonly wanted: ImageChoice;
}

export function attackable(page: Page, { exclusive = false, wanted }: Options): Attackable {
  const { shown, race, ownRace, view, config, data, opened } = page;
  const raceUnavailable = modelsUnavailable(shown, race, { exclusive, ownRace });
  const own = view?.config ?? config;
  const withRace = raceUnavailable === null || opened.length === 0;
  const choice = opened.length === 0 || (wanted === 'race' && withRace) ? 'race' : 'settings';
  const { dataset } = choice === 'race' ? own : config;
  const { short } = SOURCES[dataset.source];
  const known = data[dataset.source]?.classNames;
  const missing = new Map<string, string>();
  const fitting: string[] = [];
  for (const { label, classes } of opened) {
    try {
      outputsFor(classes, dataset.classes, known ?? SOURCES[dataset.source].classNames);
      fitting.push(label);
    } catch (error) {
      missing.set(label, errorMessage(error));
    }
  }
  const choices = [
    ...(raceUnavailable === null ? [{ value: 'race' as const, label: 'of the race' }] : []),
    { value: 'settings' as const, label: `of the settings: ${SOURCES[config.dataset.source].short}` },
  ];
  if (choice === 'settings') {
    const unavailable = settingsUnavailable(page, exclusive, fitting.length > 0);
    const images = { dataset, seed: config.seed };
    const classNames = known ?? [];
    return { unavailable, choices, choice, images, dataset, classNames, labels: fitting, missing };
  }
  const failed = shown === 'live' && view ? failedModels(view.runs) : new Map<string, string>();
  for (const [label, why] of failed) missing.set(label, `No model, because its training failed: ${why}`);
  return {
    unavailable: raceUnavailable,
    choices: opened.length === 0 ? [] : choices,
    choice,
    images: undefined,
    dataset,
    classNames: view?.dataset.classNames ?? [],
    labels: [...own.contestants.map((c) => c.label), ...fitting],
    missing,
  };

  /** Uses `short` of the settings' source. */
  function settingsUnavailable({ race: state }: Page, alone: boolean, some: boolean): string | null {
    if (alone && (state === 'running' || state === 'preparing' || state === 'evaluating'))
      return 'A race is training: pause it, stop it, or wait for its end.';
    const { kind } = SOURCES[dataset.source];
    if (!known && (kind === 'download' || kind === 'files'))
      return `The test images chosen in the settings (${short}) are not loaded yet: load them under Data.`;
    const wrong = configError(config, data);
    if (wrong !== null) return wrong;
    return some
      ? null
      : 'None of the opened models tells the classes of these images apart: choose other data or classes in the settings.';
  }
}
