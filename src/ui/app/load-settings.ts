/** Uses the settings of a shown run for the next race, without starting it. */
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { notify } from '../shared/notify.ts';
import { usePage, workbench } from '../state/store.ts';

/**
 * Sets `config`. If its data are the visitor's files, also loads those that an earlier visit kept; if there are none,
 * `dataError` says so and `DataNeeded` offers ways to get them.
 */
export async function loadSettings(config: ExperimentConfig): Promise<void> {
  workbench.setConfig(config);
  const { source } = config.dataset;
  if (
    SOURCES[source].kind === 'files' &&
    !usePage.getState().data[source] &&
    !(await workbench.loadData(source))
  )
    return;
  notify('done', 'These settings are loaded: press Train to run them.');
}
