/**
 * Reading what a newer version of this software wrote: what this version knows is kept, the rest is listed in words,
 * so that a page can say what it left out. A misspelt setting written by hand is not read here: `parseConfig` refuses
 * it.
 */
import * as v from 'valibot';
import { ConfigSchema, ContestantSchema } from './config.ts';

export type Path = readonly (string | number)[];

/** The fields of a valibot schema that are walked; a piped schema has those of its first part. */
interface Shape {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Shape>>;
  readonly item?: Shape;
  readonly wrapped?: Shape;
  readonly options?: readonly Shape[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const hasObjects = (shape: Shape): boolean =>
  shape.entries !== undefined ||
  [shape.item, shape.wrapped, ...(Array.isArray(shape.options) ? shape.options : [])].some(
    (part) => typeof part === 'object' && hasObjects(part),
  );

/** More lines than this tell a reader nothing. */
const MOST_LINES = 12;
const READABLE = /^[A-Za-z][\w.-]{0,39}$/;
/** A value that may be the name of a method, metric or like choice of a newer version. */
const CHOICE = /^[A-Za-z][A-Za-z0-9-]{0,39}$/;

/** What has been left out, each kind once, in words for the page. */
export class LeftOut {
  readonly #lines = new Set<string>();

  add(line: string): void {
    this.#lines.add(line);
  }

  get lines(): readonly string[] {
    const all = [...this.#lines];
    const more = all.length - MOST_LINES;
    return more > 0 ? [...all.slice(0, MOST_LINES), `${more} more`] : all;
  }

  /** `value` without the keys, at any depth, that `schema` does not know; itself where it has none. */
  known(schema: v.GenericSchema, value: unknown, name: (path: Path) => string = fieldName): unknown {
    return this.#walk(schema as unknown as Shape, value, [], name);
  }

  #walk(shape: Shape, value: unknown, path: Path, name: (path: Path) => string): unknown {
    if (shape.wrapped) return this.#walk(shape.wrapped, value, path, name);
    if (shape.item && Array.isArray(value)) {
      const { item } = shape;
      if (!hasObjects(item)) return value;
      const items = value.map((part: unknown, i) => this.#walk(item, part, [...path, i], name));
      return items.some((part, i) => part !== value[i]) ? items : value;
    }
    if (!isObject(value)) return value;
    if (shape.type === 'union') {
      const option = shape.options?.find((o) => o.entries);
      return option ? this.#walk(option, value, path, name) : value;
    }
    const { entries } = shape;
    if (!entries) return value;
    const pairs = Object.entries(value).flatMap(([key, part]): [string, unknown][] => {
      if (Object.hasOwn(entries, key)) return [[key, this.#walk(entries[key], part, [...path, key], name)]];
      this.add(name([...path, key]));
      return [];
    });
    const same = pairs.length === Object.keys(value).length && pairs.every(([k, part]) => part === value[k]);
    return same ? value : Object.fromEntries(pairs);
  }
}

const remembered = new WeakMap<object, readonly string[]>();

/** Remembers with a result what was left out when it was read. */
export function noteLeftOut<T extends object>(result: T, { lines }: LeftOut): T {
  if (lines.length > 0) remembered.set(result, lines);
  return result;
}

/** What was left out when this very object was read; empty as a rule. */
export const leftOutOf = (result: object): readonly string[] => remembered.get(result) ?? [];

/** e.g. `field “curves.noise”`; places in lists are left out. */
export const fieldName = (path: Path): string => named('field', path);
const settingName = (path: Path): string => named('setting', path);

function named(kind: string, path: Path): string {
  const name = path.filter((key) => typeof key === 'string').join('.');
  return READABLE.test(name) ? `${kind} “${name}”` : `a ${kind} whose name cannot be shown`;
}

/**
 * A contestant, or a run, as far as this version can tell: unknown switches are left out. Undefined where its method
 * or a choice among its switches is unknown, because what is left would be another contestant.
 */
export function knownContestant<T>(raw: T, leftOut: LeftOut, schema: v.GenericSchema): T | undefined {
  const label = isObject(raw) && typeof raw.label === 'string' ? raw.label.slice(0, 80) : 'a contestant';
  const known = leftOut.known(schema, raw, (path) =>
    path[0] === 'switches' ? `${named('switch', path.slice(1))} of ${label}` : fieldName(path),
  );
  if (!isObject(known)) return known as T;
  const { method, switches } = known;
  const { issues = [] } = v.safeParse(MethodAndSwitches, { method, switches });
  for (const { type, input, path } of issues) {
    if (type !== 'picklist' || typeof input !== 'string' || !CHOICE.test(input)) continue;
    leftOut.add(`${label}, whose ${String(path?.at(-1)?.key)} is “${input}”`);
    return undefined;
  }
  return known as T;
}
const MethodAndSwitches = v.pick(ContestantSchema, ['method', 'switches']);

export interface KnownConfig {
  /** Not validated yet. */
  readonly config: unknown;
  /** What stands at each place of the original list of contestants; undefined where it was left out. */
  readonly places: readonly unknown[];
}

/** As much of a configuration as this version knows. Throws `Error` where it knows none of its contestants. */
export function knownConfig(raw: unknown, leftOut: LeftOut): KnownConfig {
  if (!isObject(raw) || !Array.isArray(raw.contestants))
    return { config: leftOut.known(ConfigSchema, raw, settingName), places: [] };
  const all: readonly unknown[] = raw.contestants;
  const places = all.map((c) => knownContestant(c, leftOut, ContestantSchema));
  const contestants = places.filter((c) => c !== undefined);
  if (contestants.length === 0 && all.length > 0)
    throw new Error(
      `It holds nothing that this version of the page knows (${leftOut.lines.join('; ')}): reload the page to update it.`,
    );
  return { config: leftOut.known(ConfigSchema, { ...raw, contestants }, settingName), places };
}
