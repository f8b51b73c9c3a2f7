/**
 * TRADES+SWA: TRADES, and the running average of its weights, as ARAT+SWA averages them (averaging/averaging.ts).
 * Chosen here: the average's statistics are measured on the images of PGD on CE, as ARAT+SWA's and AT+SWA's are, though
 * TRADES itself trains on x and on images of another attack.
 */
import { withAveraging } from '../averaging/averaging.ts';
import { trades } from '../trades/method.ts';
import { TRADES_SWA_INFO } from './info.ts';

export const tradesSwa = withAveraging(trades, TRADES_SWA_INFO);
