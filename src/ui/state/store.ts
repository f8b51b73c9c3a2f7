/**
 * The page's one store, and the workbench that updates it. Components read the store and call the workbench.
 */
import { create } from 'zustand';
import type { Build } from '../../core/result/results.ts';
import { checkpointsOf } from '../../worker/checkpoints.ts';
import { createEngineClient } from '../../worker/client.ts';
import { createRaceLocks } from '../../worker/race-locks.ts';
import { newId } from '../shared/new-id.ts';
import { notify } from '../shared/notify.ts';
import { runStore } from '../storage/runs.ts';
import { INITIAL, type BenchState } from '../workbench/bench-state.ts';
import { CLOCK } from '../workbench/parts.ts';
import { Workbench } from '../workbench/workbench.ts';

export const BUILD: Build = { appVersion: __APP_VERSION__, commit: __COMMIT__ || undefined };

export const usePage = create<BenchState>(() => INITIAL);

export const workbench = new Workbench({
  board: usePage,
  createEngine: (onCrash) =>
    createEngineClient({
      baseUrl: document.baseURI.split('#')[0],
      build: BUILD,
      onCrash,
    }),
  checkpoints: checkpointsOf(document.baseURI),
  locks: createRaceLocks(),
  runs: runStore,
  notify,
  clock: CLOCK,
  newId,
  build: BUILD,
});
