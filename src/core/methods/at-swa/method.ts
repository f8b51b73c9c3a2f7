/**
 * AT+SWA: AT, and the running average of its weights, as ARAT+SWA averages them (averaging/averaging.ts), so that a
 * comparison of the two shows what ARAT adds and not what averaging adds.
 */
import { at } from '../at/method.ts';
import { withAveraging } from '../averaging/averaging.ts';
import { AT_SWA_INFO } from './info.ts';

export const atSwa = withAveraging(at, AT_SWA_INFO);
