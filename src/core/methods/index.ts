/** The registry: one line per training method. */
import type { MethodId } from '../settings/config.ts';
import { arat } from './arat.ts';
import { aratSwa } from './arat-swa.ts';
import { arrest } from './arrest.ts';
import { at } from './at.ts';
import { lbgat } from './lbgat.ts';
import { mart } from './mart.ts';
import { standard } from './standard.ts';
import { trades } from './trades.ts';
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
};
