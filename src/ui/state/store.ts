/**
 * The page's one store, and the workbench that updates it. Components read the store and call the workbench.
 */
import { create } from 'zustand';
import { checkpointsOf } from '../../worker/checkpoints.ts';
import { createEngineClient } from '../../worker/client.ts';
import { createRaceLocks } from '../../worker/race-locks.ts';
import { newId } from '../shared/new-id.ts';
import { notify } from '../shared/notify.ts';
import { runStore } from '../storage/runs.ts';
import { INITIAL, type BenchState } from '../workbench/bench-state.ts';
import { CLOCK } from '../workbench/parts.ts';
import { Workbench } from '../workbench/workbench.ts';

export const APP_VERSION = __APP_VERSION__;
export const COMMIT = __COMMIT__ || undefined;

export const usePage = create<BenchState>(() => INITIAL);

export const workbench = new Workbench({
  board: usePage,
  createEngine: (onCrash) =>
    createEngineClient({
      baseUrl: document.baseURI.split('#')[0],
      appVersion: APP_VERSION,
      commit: COMMIT,
      onCrash,
    }),
  checkpoints: checkpointsOf(document.baseURI),
  locks: createRaceLocks(),
  runs: runStore,
  notify,
  clock: CLOCK,
  newId,
  appVersion: APP_VERSION,
  commit: COMMIT,
});
