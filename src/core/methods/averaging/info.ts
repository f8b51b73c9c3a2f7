/** What the methods with averaged weights (SWA) have in common. */
import type { StorePart } from '../../nn/types.ts';
import type { SwitchName } from '../../settings/config.ts';

/** The network of averaged weights: exported by itself, as what is evaluated. */
export const AVERAGE: StorePart = { name: 'average', trained: false, exported: false };
/** The last epoch after which the average's statistics were to be measured, and how many snapshots it has. */
export const AVERAGED_UNTIL: StorePart = { name: 'averaged_until', trained: false, exported: false };
export const AVERAGED_EPOCHS: StorePart = { name: 'averaged_epochs', trained: false, exported: false };

export const AVERAGE_PARTS: readonly StorePart[] = [AVERAGE, AVERAGED_UNTIL, AVERAGED_EPOCHS];
export const AVERAGE_SWITCHES: readonly SwitchName[] = ['averageFrom', 'averageEvery'];
