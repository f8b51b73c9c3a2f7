/** Opens recordings of the first screen as one run on the page. */
import { errorMessage } from '../../core/error-message.ts';
import { notify } from '../shared/notify.ts';
import { usePage, workbench } from '../state/store.ts';
import { isActive } from '../workbench/race-rules.ts';
import { asOneRace, loadRecording } from './recordings.ts';

/** True once the recordings with these keys are open as one run; a failure is said in a message. */
export async function showRecordings(keys: readonly string[], name: string): Promise<boolean> {
  try {
    const results = await Promise.all(keys.map(loadRecording));
    // If a race has begun meanwhile, keep it on the page.
    if (isActive(usePage.getState().race)) return false;
    workbench.open('recorded', asOneRace(results), name);
    return true;
  } catch (error) {
    notify('error', errorMessage(error));
    return false;
  }
}
