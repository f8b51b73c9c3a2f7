/** Imports results from chosen or dropped files: saves each among the saved runs and shows the last one. */
import { runStore, type RunStore } from '../storage/runs.ts';
import { usePage, workbench } from '../state/store.ts';
import { isActive } from '../workbench/race-rules.ts';
import { importResult } from './import-result.ts';

/** Rejects at the first file that is no result; those before it are saved. A running race stays on screen. */
export async function importFiles(files: readonly File[], store: RunStore = runStore): Promise<void> {
  for (const file of files) {
    const result = await importResult(file);
    const { name } = await store.save(result, undefined, true);
    if (!isActive(usePage.getState().race)) workbench.open('saved', result, name);
  }
}
