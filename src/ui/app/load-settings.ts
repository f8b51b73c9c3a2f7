/** Makes the settings of a shown run those of the next race. Does not train. */
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { notify } from '../shared/notify.ts';
import { usePage, workbench } from '../state/store.ts';

/**
 * Also loads their data if that needs no download: files that an earlier visit kept. If there are none, `dataError`
 * says so and `DataNeeded` offers the ways to get them.
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
