/** Restores what the tab showed before a reload, and keeps it while the visitor works. */
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import { pageBase, siteFolder } from '../../core/site-storage.ts';
import { useIdea } from '../idea/idea-state.ts';
import { usePage, workbench } from '../state/store.ts';
import { readVisit, writeVisit, type PlaceInView } from '../state/visit.ts';
import { placeInView, returnTo } from './place.ts';
import { SECTIONS } from './sections.ts';

const key = (): string => `arat-playground visit ${siteFolder(pageBase())}`;
const PLACES = ['idea', ...SECTIONS.map(({ id }) => id)];

/** Call before the first render. Returns the place to scroll to once the page is drawn, or null. */
export function restoreVisit(): PlaceInView | null {
  const visit = readVisit(key());
  if (!visit) return null;
  const { config, backendChoice, parts, place } = visit;
  usePage.setState({ config, backendChoice });
  useIdea.setState({ parts });
  // The browser would scroll by pixels, before the sections have their height.
  if (place) window.history.scrollRestoration = 'manual';
  return place;
}

/** Call once after the first render. Returns a function that ends it. */
export function keepVisit(place: PlaceInView | null): () => void {
  const { dataset } = usePage.getState().config;
  // Files of an earlier load, which the browser has kept; if it has not, `dataError` says how to get them.
  if (SOURCES[dataset.source].kind === 'files') void workbench.loadData(dataset.source);
  const stopReturning = place ? returnTo(place) : () => {};
  const keep = () => {
    const { config, backendChoice } = usePage.getState();
    writeVisit(key(), { config, backendChoice, parts: useIdea.getState().parts, place: placeInView(PLACES) });
  };
  const ends = [
    stopReturning,
    usePage.subscribe((now, before) => {
      if (now.config !== before.config || now.backendChoice !== before.backendChoice) keep();
    }),
    useIdea.subscribe((now, before) => {
      if (now.parts !== before.parts) keep();
    }),
  ];
  window.addEventListener('pagehide', keep);
  return () => {
    window.removeEventListener('pagehide', keep);
    for (const end of ends) end();
  };
}
