/** The registry of training methods: one line each. The compiler asks for a line for each id of catalogue.ts. */
import type { MethodId } from './catalogue.ts';
import { arat } from './arat/method.ts';
import { aratSwa } from './arat-swa/method.ts';
import { arrest } from './arrest/method.ts';
import { at } from './at/method.ts';
import { atSwa } from './at-swa/method.ts';
import { caAt } from './ca-at/method.ts';
import { custom } from './custom/method.ts';
import { ikl } from './ikl/method.ts';
import { lbgat } from './lbgat/method.ts';
import { mart } from './mart/method.ts';
import { standard } from './standard/method.ts';
import { trades } from './trades/method.ts';
import { tradesSwa } from './trades-swa/method.ts';
import type { Method } from './types.ts';

export const METHODS: Readonly<Record<MethodId, Method>> = {
  standard,
  at,
  trades,
  mart,
  lbgat,
  arrest,
  arat,
  'arat-swa': aratSwa,
  'at-swa': atSwa,
  'trades-swa': tradesSwa,
  'ca-at': caAt,
  ikl,
  custom,
};
