import { useDeferredValue } from 'react';
import type { RaceResult } from '../../core/result/results.ts';
import { usePage } from './store.ts';

/**
 * The result on the page, or null. While a race runs it changes every second. It is a deferred value: React renders
 * what it is passed to in slices of a few milliseconds, so that clicks and scrolling do not wait. Pass it to a `memo`
 * component, which is then not rendered again with the old value first.
 */
export const useView = (): RaceResult | null => useDeferredValue(usePage((s) => s.view));
