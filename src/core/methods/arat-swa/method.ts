/** ARAT+SWA: ARAT, and the running average of its weights; used by Waseda et al. as AR-AT+SWA. */
import { arat, type AratExtras } from '../arat/method.ts';
import { withAveraging, type Averaged } from '../averaging/averaging.ts';
import { ARAT_SWA_INFO } from './info.ts';

export type AratSwaExtras = Averaged<AratExtras>;

export const aratSwa = withAveraging(arat, ARAT_SWA_INFO);
