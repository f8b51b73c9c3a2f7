/**
 * Look of every contestant: colour, dash and marker follow from its method and switches, so that ARAT looks alike in
 * every race, chart, table and exported figure, whatever else takes part.
 */
import { CATALOGUE, METHOD_IDS } from '../../core/methods/catalogue.ts';
import { DEFAULT_SWITCHES } from '../../core/settings/config.ts';
import type { Contestant, SwitchName } from '../../core/settings/config.ts';
import { TAKEN_BY_METHODS, STYLES, type ContestantStyle } from './styles.ts';

/** What decides the look. */
export type Identity = Pick<Contestant, 'method' | 'switches'>;

/** Weights that presets give a method without making a variant of it. */
const USUAL: Partial<Record<SwitchName, readonly unknown[]>> = { invarianceWeight: [4, 30] };

function differs(name: SwitchName, value: unknown): boolean {
  return !(USUAL[name] ?? [DEFAULT_SWITCHES[name]]).includes(value);
}

/**
 * `arat`, `arat[splitBn=false,predictor=false]`: the method with the switches that it reads and that are not the usual
 * ones.
 */
export function identityOf({ method, switches }: Identity): string {
  const changes = CATALOGUE[method].switches
    .filter((name) => differs(name, switches[name]))
    .map((name) => `${name}=${String(switches[name])}`);
  return changes.length === 0 ? method : `${method}[${changes.join(',')}]`;
}

/** With every switch that it reads at its default. */
const isPlain = ({ method, switches }: Identity): boolean =>
  CATALOGUE[method].switches.every((name) => switches[name] === DEFAULT_SWITCHES[name]);

/** The contestants of the ready line-ups have a style each. */
const RESERVED: readonly string[] = [
  ...['at', 'trades', 'arat', 'arat[invarianceWeight=0]', 'mart', 'lbgat', 'arrest', 'standard', 'arat-swa'],
  ...['arat[splitBn=false]', 'arat[stopGradient=false]', 'arat[predictor=false]', 'arat[autoBalance=false]'],
  ...['arat[metric=mse]', 'arat[alignedLayers=lastTwo]', 'arat[alignedLayers=all]'],
  ...['arat[officialAliasing=true]', 'arat[attackUpdatesStatistics=true]', 'lbgat[beta=0]'],
  'arat[splitBn=false,stopGradient=false,predictor=false]',
  'arat[splitBn=false,predictor=false]',
];
/** A method that came later has a style of its own too: from the end of the list, so that no look of before moves. */
const NEWCOMERS: readonly string[] = METHOD_IDS.filter((id) => !RESERVED.includes(id));
if (RESERVED.length > TAKEN_BY_METHODS || NEWCOMERS.length > STYLES.length - TAKEN_BY_METHODS)
  throw new Error('There are fewer styles than reserved contestants.');

/** The place of a style that belongs to one contestant; null for a variant without one. */
function ownIndex(key: string): number | null {
  const reserved = RESERVED.indexOf(key);
  if (reserved >= 0) return reserved;
  const newcomer = NEWCOMERS.indexOf(key);
  return newcomer >= 0 ? STYLES.length - 1 - newcomer : null;
}

/** FNV-1a. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}

/**
 * Indices into `STYLES`, one per contestant, no two alike for as many contestants as a race may have. Reserved
 * contestants get their own; another variant gets one that follows from its switches, or the next free one where that
 * is taken in this race.
 */
function indicesOf(contestants: readonly Identity[]): number[] {
  const out: (number | undefined)[] = contestants.map(() => undefined);
  const taken = new Set<number>();
  const take = (i: number, wanted: number) => {
    let index = wanted;
    for (let tries = 0; taken.has(index) && tries < STYLES.length; tries++)
      index = (index + 1) % STYLES.length;
    taken.add(index);
    out[i] = index;
  };
  const keys = contestants.map(identityOf);
  // First those that have a style of their own, once each, plain defaults before other usual weights.
  for (const plainOnly of [true, false])
    keys.forEach((key, i) => {
      const own = ownIndex(key);
      if (own === null || taken.has(own) || (plainOnly && !isPlain(contestants[i]))) return;
      take(i, own);
    });
  const free = STYLES.length - TAKEN_BY_METHODS;
  keys.forEach((key, i) => {
    if (out[i] === undefined) take(i, TAKEN_BY_METHODS + (hash(key) % free));
  });
  return out.map((index) => index!);
}

/** Styles of a race's contestants, in their order. */
export const stylesOf = (contestants: readonly Identity[]): ContestantStyle[] =>
  indicesOf(contestants).map((index) => STYLES[index]);
