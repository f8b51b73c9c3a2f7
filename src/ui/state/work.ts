/** Work that the visitor could lose, and the questions asked before it is ended. */
import type { BackendChoice } from '../../core/settings/config.ts';
import { ask } from '../shared/ask.ts';
import type { BenchState } from '../workbench/bench-state.ts';
import { isActive } from '../workbench/race-rules.ts';
import { usePage, workbench } from './store.ts';

/** One sentence about the work that a reload would end; null while nothing runs. */
export function workUnderWay({ race, judging }: Pick<BenchState, 'race' | 'judging'>): string | null {
  if (isActive(race)) return 'A race is under way: it can be resumed from its last kept state.';
  if (judging) return 'A stress test is under way: the rows it has reached would be lost.';
  return null;
}

/** One sentence about models that a reload would drop; null if there are none. */
function modelsInMemory({ race, ownRace, opened }: BenchState): string | null {
  // The models of an active race come back with its kept state.
  const trained = ownRace && !isActive(race);
  if (!trained && opened.length === 0) return null;
  const which = trained ? 'The models that you trained' : 'The models that you opened';
  const both = trained && opened.length > 0 ? ' and those that you opened' : '';
  const stays = trained ? '; the figures of finished races stay under Runs' : '';
  return `${which}${both} are dropped${stays}.`;
}

/** Whether the page may be reloaded now. Asks the visitor if something runs or models would be dropped. */
export async function mayReload(): Promise<boolean> {
  const page = usePage.getState();
  const lost = [workUnderWay(page), modelsInMemory(page)].filter((sentence) => sentence !== null);
  if (lost.length === 0) return true;
  const message = `${lost.join(' ')} The loaded data are read again.`;
  return ask({ title: 'Reload the page now?', message, yes: 'Reload' });
}

/** Whether the trained models may be dropped. Asks the visitor if there are any. */
async function mayDropModels(title: string, yes: string, also = ''): Promise<boolean> {
  const { ownRace, judging } = usePage.getState();
  if (!ownRace) return true;
  const test = judging ? ' The stress test under way ends with the rows that it has.' : '';
  const message = `The models that you trained are dropped${also}. They cannot be brought back; their weights can be saved first, under Export.${test} The figures of finished races stay under Runs.`;
  return ask({ title, message, yes });
}

export async function resetAfterAsking(): Promise<void> {
  if (await mayDropModels('Reset the playground?', 'Reset', ', and the loaded data too')) workbench.reset();
}

export async function discardInterruptedAfterAsking(): Promise<void> {
  const message = 'Its kept state is deleted, and it cannot be resumed any more.';
  if (await ask({ title: 'Discard the unfinished race?', message, yes: 'Discard' }))
    await workbench.forgetInterrupted();
}

export async function setBackendAfterAsking(choice: BackendChoice): Promise<void> {
  if (await mayDropModels('Change the backend?', 'Change the backend')) await workbench.setBackend(choice);
}
