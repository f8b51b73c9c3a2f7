/** The settings of a run that is shown, made those of the next race. Trains nothing. */
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import type { ExperimentConfig } from '../../core/settings/config.ts';
import { notify } from '../shared/notify.ts';
import { usePage, workbench } from '../state/store.ts';

/**
 * Also looks for the data they need where no download is involved: files that an earlier visit kept. Where there are none,
 * `dataError` says so and `DataNeeded` offers the ways to get them.
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
