/**
 * What a reload of the tab restores: settings with their line-up, backend, the parts of the first screen, and the place
 * in view. Kept in the tab's session storage; two tabs have different visits.
 */
import * as v from 'valibot';
import type { Parts } from '../../core/experiments/parts.ts';
import { BACKEND_CHOICES, parseConfig } from '../../core/settings/config.ts';
import type { BenchState } from '../workbench/bench-state.ts';

/** A part of the page by its id, and the distance of its top from that of the window, in pixels. */
export interface PlaceInView {
  readonly id: string;
  readonly offset: number;
}

export interface Visit extends Pick<BenchState, 'config' | 'backendChoice'> {
  readonly parts: Parts;
  readonly place: PlaceInView | null;
}

const VisitSchema = v.object({
  version: v.literal(1),
  config: v.unknown(),
  backendChoice: v.picklist(BACKEND_CHOICES),
  parts: v.object({
    splitBn: v.boolean(),
    stopGradient: v.boolean(),
    predictor: v.boolean(),
    autoBalance: v.boolean(),
    term: v.boolean(),
  } satisfies Record<keyof Parts, unknown>),
  place: v.nullable(v.object({ id: v.string(), offset: v.pipe(v.number(), v.finite()) })),
});

type TabStorage = Pick<Storage, 'getItem' | 'setItem'>;

/** The tab's storage; null where the browser refuses it. */
export function tabStorage(): TabStorage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

/** The visit kept under `key`; null if there is none, or it cannot be used by this version. */
export function readVisit(key: string, storage: TabStorage | null = tabStorage()): Visit | null {
  try {
    const text = storage?.getItem(key);
    if (!text) return null;
    const { config, backendChoice, parts, place } = v.parse(VisitSchema, JSON.parse(text));
    return { config: parseConfig(config), backendChoice, parts, place };
  } catch {
    return null;
  }
}

/** Keeps `visit` under `key`. Does nothing where the browser refuses. */
export function writeVisit(key: string, visit: Visit, storage: TabStorage | null = tabStorage()): void {
  try {
    storage?.setItem(key, JSON.stringify({ version: 1, ...visit }));
  } catch {
    // Without room, a reload starts with the default settings.
  }
}
