import { useDeferredValue } from 'react';
import type { RaceResult } from '../../core/result/results.ts';
import { isActive } from '../workbench/race-rules.ts';
import { usePage } from './store.ts';

/**
 * The result on the page, or null. While a race runs it changes every second, and is a deferred value: React renders
 * what it is passed to in slices of a few milliseconds, so that clicks and scrolling do not wait. Pass it to a `memo`
 * component, which is then not rendered again with the old value first. Once the race is over it is never behind.
 */
export function useView(): RaceResult | null {
  const view = usePage((s) => s.view);
  const deferred = useDeferredValue(view);
  return usePage((s) => isActive(s.race)) ? deferred : view;
}
