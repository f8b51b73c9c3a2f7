/**
 * Reads settings and results that a newer version of this software wrote. Fields that this version knows are kept; the
 * others are left out and listed in words for the page. Settings written by hand do not come here: `parseConfig`
 * refuses a misspelt one.
 */
import * as v from 'valibot';
import { ConfigSchema, ContestantSchema } from './config.ts';

export type Path = readonly (string | number)[];

/** The fields of a valibot schema that `LeftOut` reads. A piped schema has the fields of its first part. */
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

/** More lines than this would not be read. */
const MOST_LINES = 12;
const READABLE = /^[A-Za-z][\w.-]{0,39}$/;
/** Text that may name a choice (a method, a metric) of a newer version. */
const CHOICE = /^[A-Za-z][A-Za-z0-9-]{0,39}$/;

/** Collects in words, for the page, what was left out while reading; each line once. */
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

  /**
   * `value` without the keys, at any depth, that `schema` does not know; `value` itself if it has none. Adds one line,
   * `name(path)`, for each key left out.
   */
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

/** Remembers with the object `result` what was left out when it was read, for `leftOutOf`. Returns `result`. */
export function noteLeftOut<T extends object>(result: T, { lines }: LeftOut): T {
  if (lines.length > 0) remembered.set(result, lines);
  return result;
}

/** The lines that `noteLeftOut` remembered with this object (not a copy of it); usually none. */
export const leftOutOf = (result: object): readonly string[] => remembered.get(result) ?? [];

/** e.g. `field “curves.noise”`; indices of lists are not shown. */
export const fieldName = (path: Path): string => named('field', path);
const settingName = (path: Path): string => named('setting', path);

function named(kind: string, path: Path): string {
  const name = path.filter((key) => typeof key === 'string').join('.');
  return READABLE.test(name) ? `${kind} “${name}”` : `a ${kind} whose name cannot be shown`;
}

/**
 * A contestant or a run without the fields and switches that this version does not know. Undefined if its method, or
 * the chosen value of a switch, is unknown: without it, it would be a different contestant. Does not validate.
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
  /** Known fields only, not validated yet. */
  readonly config: unknown;
  /** The original list of contestants, with undefined in place of each one that was left out. */
  readonly places: readonly unknown[];
}

/** The part of a configuration that this version knows. Throws `Error` if it knows none of the contestants. */
export function knownConfig(raw: unknown, leftOut: LeftOut): KnownConfig {
  if (!isObject(raw) || !Array.isArray(raw.contestants))
    return { config: leftOut.known(ConfigSchema, raw, settingName), places: [] };
  const all: readonly unknown[] = raw.contestants;
  const places = all.map((c) => knownContestant(c, leftOut, ContestantSchema));
  const contestants = places.filter((c) => c !== undefined);
  if (contestants.length === 0 && all.length > 0)
    throw new Error(
      `This version of the page knows none of its contestants (${leftOut.lines.join('; ')}): reload the page to update it.`,
    );
  return { config: leftOut.known(ConfigSchema, { ...raw, contestants }, settingName), places };
}
