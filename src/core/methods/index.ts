/** The registry: one line per training method. */
import type { MethodId } from '../config.ts';
import { arat } from './arat.ts';
import { at } from './at.ts';
import { standard } from './standard.ts';
import { trades } from './trades.ts';
import type { Method } from './types.ts';

export const METHODS: Readonly<Record<MethodId, Method>> = { standard, at, trades, arat };
