/** The shared result that the page's address names: opens it, lets it wait during a race, or closes it. */
import { create } from 'zustand';
import {
  clearSnapshotFromLocation,
  openSnapshotFromLocation,
  namesSnapshot,
  type OpenedSnapshot,
} from '../keep/snapshot-link.ts';
import { usePage, workbench } from '../state/store.ts';
import { isActive } from '../workbench/race-rules.ts';
import { loadFirst } from './recorded.ts';

interface SharedLink {
  /** Stays until it is closed or another one is opened, even if the address changes. */
  readonly opened: OpenedSnapshot | null;
  /** The fragment of a link that arrived while a race was active. */
  readonly waiting: string | null;
}

export const useSharedLink = create<SharedLink>(() => ({ opened: null, waiting: null }));

/** The fragment that was opened last. */
let openedHash: string | null = null;
/** Number of openings: of two links opened in a row, the later one is shown, even if it is decoded first. */
let latest = 0;

async function open(hash: string): Promise<void> {
  const turn = ++latest;
  useSharedLink.setState({ waiting: null });
  const opened = await openSnapshotFromLocation(hash);
  if (turn !== latest || !opened) return;
  openedHash = hash;
  useSharedLink.setState({ opened });
  if (opened.ok) workbench.open('snapshot', opened.result, '');
}

/** Shows the recorded run, unless something is shown when it has been loaded. */
async function openFirst(): Promise<void> {
  const recorded = await loadFirst();
  const { shown } = usePage.getState();
  if (recorded && shown === 'nothing') workbench.open('recorded', recorded.result, recorded.title);
}

/** Called after the first paint: opens the result that the address names; if that shows nothing, the recorded run. */
export async function openFirstView(hash = window.location.hash): Promise<void> {
  if (namesSnapshot(hash)) await open(hash);
  if (usePage.getState().shown === 'nothing') await openFirst();
}

/**
 * Handles a change of the address. An address without a shared result (the skip link, a section, a step back) changes
 * nothing on the page. While a race is active, a link waits until the visitor opens it.
 */
export async function followAddress(hash = window.location.hash): Promise<void> {
  const { race, shown } = usePage.getState();
  if (!namesSnapshot(hash) || (hash === openedHash && shown === 'snapshot')) return;
  if (isActive(race)) useSharedLink.setState({ waiting: hash });
  else await open(hash);
}

export async function openWaiting(): Promise<void> {
  const { waiting } = useSharedLink.getState();
  if (waiting !== null) await open(waiting);
}

export const dismissWaiting = (): void => useSharedLink.setState({ waiting: null });

/** Closes the shared result, and shows the visit's own race or the recorded run in its place. */
export async function closeSharedLink(): Promise<void> {
  latest++;
  openedHash = null;
  clearSnapshotFromLocation();
  useSharedLink.setState({ opened: null });
  const { ownRace, shown } = usePage.getState();
  if (shown !== 'snapshot') return void (shown === 'nothing' && (await openFirst()));
  if (ownRace) return workbench.backToRace();
  const recorded = await loadFirst();
  if (recorded && usePage.getState().shown === 'snapshot')
    workbench.open('recorded', recorded.result, recorded.title);
}
