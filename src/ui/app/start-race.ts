/** Starts races. What a new race replaces can be brought back for a few seconds. */
import type { Contestant } from '../../core/settings/config.ts';
import { offerUndo } from '../shared/undo-toast.tsx';
import { usePage, workbench } from '../state/store.ts';
import { isActive } from '../workbench/race-rules.ts';

function offerWayBack({ ownRace, config }: ReturnType<typeof usePage.getState>): void {
  // A race that was refused has replaced nothing; a message says why.
  if (!isActive(usePage.getState().race)) return;
  const sameSettings = JSON.stringify(usePage.getState().config) === JSON.stringify(config);
  if (!ownRace && sameSettings) return;
  const replaced = [
    ...(ownRace ? ['the race before it with its models'] : []),
    ...(sameSettings ? [] : ['the settings before it']),
  ];
  offerUndo(`This race replaces ${replaced.join(' and ')}.`, () => {
    void workbench.undoTrain();
    workbench.setConfig(config);
  });
}

/** Trains a race with the settings of the page, with `contestants` in place of theirs if given. */
export function startRace(contestants?: readonly Contestant[]): void {
  const before = usePage.getState();
  if (contestants) workbench.setConfig({ ...before.config, contestants: [...contestants] });
  void workbench.train();
  offerWayBack(before);
}

/** Resumes the unfinished race that is offered. */
export function resumeRace(): void {
  const before = usePage.getState();
  void workbench.resumeInterrupted();
  offerWayBack(before);
}
