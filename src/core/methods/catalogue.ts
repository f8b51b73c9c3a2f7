/**
 * The registry of what the page says of methods, one line each. It imports no tensors: the page reads it without
 * loading tfjs. index.ts adds the code that trains.
 */
import { ARAT_INFO } from './arat/info.ts';
import { ARAT_SWA_INFO } from './arat-swa/info.ts';
import { ARREST_INFO } from './arrest/info.ts';
import { AT_INFO } from './at/info.ts';
import { AT_SWA_INFO } from './at-swa/info.ts';
import { CA_AT_INFO } from './ca-at/info.ts';
import { CUSTOM_INFO } from './custom/info.ts';
import { IKL_INFO } from './ikl/info.ts';
import { LBGAT_INFO } from './lbgat/info.ts';
import { MART_INFO } from './mart/info.ts';
import { STANDARD_INFO } from './standard/info.ts';
import { TRADES_INFO } from './trades/info.ts';
import { TRADES_SWA_INFO } from './trades-swa/info.ts';
import type { MethodInfo } from './method-info.ts';

/** In the order in which pickers and tables list them. */
const INFOS = [
  STANDARD_INFO,
  AT_INFO,
  TRADES_INFO,
  MART_INFO,
  LBGAT_INFO,
  ARREST_INFO,
  ARAT_INFO,
  ARAT_SWA_INFO,
  AT_SWA_INFO,
  TRADES_SWA_INFO,
  CA_AT_INFO,
  IKL_INFO,
  CUSTOM_INFO,
] as const;

export type MethodId = (typeof INFOS)[number]['id'];
export const METHOD_IDS: readonly MethodId[] = INFOS.map(({ id }) => id);

export const CATALOGUE = Object.fromEntries(INFOS.map((info) => [info.id, info])) as Readonly<
  Record<MethodId, MethodInfo<MethodId>>
>;
