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

/** Whether the page may be reloaded now. Asks the visitor if something runs. */
export async function mayReload(): Promise<boolean> {
  const work = workUnderWay(usePage.getState());
  return (
    work === null ||
    ask({ title: 'Reload the page now?', message: `${work} The loaded data are read again.`, yes: 'Reload' })
  );
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

export async function setBackendAfterAsking(choice: BackendChoice): Promise<void> {
  if (await mayDropModels('Change the backend?', 'Change the backend')) await workbench.setBackend(choice);
}
