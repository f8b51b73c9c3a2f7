/** Uses the settings of a shown run for the next race, without starting it. */
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import { PRESETS, type PresetName } from '../../core/experiments/presets.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { notify } from '../shared/notify.ts';
import { offerUndo } from '../shared/undo-toast.tsx';
import { isActive } from '../workbench/race-rules.ts';
import { choosePreset } from '../experiment/choose-preset.ts';
import { usePage, workbench } from '../state/store.ts';

/** Sets the settings before a change again, unless a race uses those of now. */
function restore(config: ExperimentConfig): void {
  if (isActive(usePage.getState().race))
    return notify('warning', 'A race is running: its settings cannot be changed now.');
  workbench.setConfig(config);
}

const lineUpOf = ({ contestants }: Pick<ExperimentConfig, 'contestants'>): string =>
  JSON.stringify(contestants);

/** Uses the settings of a preset. If that overwrites settings or a line-up of the visitor's own, it can be undone. */
export function takePreset(name: PresetName): void {
  const { config: before } = usePage.getState();
  workbench.setConfig(choosePreset(before, name));
  const own = before.preset === 'custom' || lineUpOf(before) !== lineUpOf(PRESETS[before.preset]);
  if (own) offerUndo(`The preset ${name} replaced your own settings.`, () => restore(before));
}

/**
 * Sets `config`. If its data are the visitor's files, also loads those that an earlier visit kept; if there are none,
 * `dataError` says so and `DataNeeded` offers ways to get them.
 */
export async function loadSettings(config: ExperimentConfig): Promise<void> {
  const { config: before } = usePage.getState();
  workbench.setConfig(config);
  const { source } = config.dataset;
  const missing =
    SOURCES[source].kind === 'files' &&
    !usePage.getState().data[source] &&
    !(await workbench.loadData(source));
  const next = missing ? 'their images are not here yet.' : 'press Train to run them.';
  offerUndo(`These settings are loaded: ${next}`, () => restore(before));
}
