/**
 * The five parts of ARAT that the first screen switches on and off, and the contestants that they make. Each
 * combination has a key, the name of its files in `public/recorded/factorial/`. Imports no tensors.
 */
import { CATALOGUE } from '../methods/catalogue.ts';
import {
  DEFAULT_SWITCHES,
  METHOD_IDS,
  type Contestant,
  type MethodId,
  type Switches,
} from '../settings/config.ts';
import { contestant } from './contestant.ts';

/** `term`: the invariance term. Without it, stop-gradient and predictor have nothing to act on. */
export const PART_NAMES = ['splitBn', 'stopGradient', 'predictor', 'autoBalance', 'term'] as const;
export type PartName = (typeof PART_NAMES)[number];
export type Parts = Readonly<Record<PartName, boolean>>;

/** ARAT as its paper has it. */
export const ALL_PARTS: Parts = {
  splitBn: true,
  stopGradient: true,
  predictor: true,
  autoBalance: true,
  term: true,
};

/** The parts that act on the invariance term. */
export const PARTS_OF_TERM: readonly PartName[] = ['stopGradient', 'predictor'];

/** The same combination in the one form that has a key: without the term, what acts on it counts as on. */
export const canonical = (parts: Parts): Parts =>
  parts.term ? parts : { ...parts, stopGradient: true, predictor: true };

const CODES: Readonly<Record<PartName, string>> = {
  splitBn: 'bn',
  stopGradient: 'sg',
  predictor: 'h',
  autoBalance: 'ab',
  term: 't',
};

/** e.g. `arat-bn1-sg0-h1-ab1-t1`: ARAT without stop-gradient. */
export function partsKey(parts: Parts): string {
  const values = canonical(parts);
  return `arat-${PART_NAMES.map((name) => `${CODES[name]}${values[name] ? 1 : 0}`).join('-')}`;
}

/** Every combination once, ARAT first: 16 with the term and 4 without. */
export const COMBINATIONS: readonly Parts[] = PART_NAMES.reduce<Parts[]>(
  (all, name) => [...all, ...all.map((parts) => ({ ...parts, [name]: false }))],
  [ALL_PARTS],
).filter((parts, i, all) => all.findIndex((other) => partsKey(other) === partsKey(parts)) === i);

/** The contestant with these parts. `base` has its other switches, e.g. the preset's invariance weight. */
export function contestantOf(parts: Parts, base: Switches = DEFAULT_SWITCHES): Contestant {
  const { splitBn, stopGradient, predictor, autoBalance, term } = canonical(parts);
  const changes = { splitBn, stopGradient, predictor, autoBalance };
  return contestant('arat', term ? changes : { ...changes, invarianceWeight: 0 }, base);
}

type Identity = Pick<Contestant, 'method' | 'switches'>;

/** Whether the method's switches, but for those in `except`, have their default values. */
const isUsual = ({ method, switches }: Identity, except: readonly string[] = []): boolean =>
  CATALOGUE[method].switches.every(
    (name) => except.includes(name) || switches[name] === DEFAULT_SWITCHES[name],
  );

/** The parts of an ARAT contestant; null if it is another method, or a switch that is not a part was changed. */
export function partsOf(contestant: Identity): Parts | null {
  const { method, switches } = contestant;
  const { splitBn, stopGradient, predictor, autoBalance, invarianceWeight: weight } = switches;
  if (method !== 'arat' || !isUsual(contestant, [...PART_NAMES, 'invarianceWeight'])) return null;
  if (weight !== 0 && weight !== DEFAULT_SWITCHES.invarianceWeight) return null;
  return canonical({ splitBn, stopGradient, predictor, autoBalance, term: weight !== 0 });
}

/** The methods that are recorded beside the combinations, in the order of the page. */
export const COMPARED = ['standard', 'at', 'trades'] as const satisfies readonly MethodId[];

/** The key of a contestant's recording: of its parts, or its method's id. Null if it is not one of those recorded. */
export function recordingKey(contestant: Identity): string | null {
  const parts = partsOf(contestant);
  if (parts) return partsKey(parts);
  const { method } = contestant;
  return (COMPARED as readonly string[]).includes(method) && isUsual(contestant) ? method : null;
}

/** The recorded contestant with this key; null if there is none. */
export function contestantWithKey(key: string, base: Switches = DEFAULT_SWITCHES): Contestant | null {
  const parts = COMBINATIONS.find((c) => partsKey(c) === key);
  if (parts) return contestantOf(parts, base);
  const method = METHOD_IDS.find((id) => id === key && (COMPARED as readonly string[]).includes(id));
  return method ? contestant(method, {}, base) : null;
}
