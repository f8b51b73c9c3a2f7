/**
 * Contestants as text: `arat[stopGradient=off,invarianceWeight=0]` <-> { label, method, switches }. Imports no tensors.
 */
import {
  type Contestant,
  DEFAULT_SWITCHES,
  METHOD_IDS,
  type MethodId,
  type SwitchName,
  type Switches,
} from '../settings/config.ts';
import type { SwitchSpec } from '../settings/spec.ts';
import { SWITCHES } from '../settings/specs/switches.ts';
import { expectedText, valueFromText } from '../settings/text.ts';
import { CATALOGUE } from '../methods/catalogue.ts';

/** The part of a contestant's label for a switch that differs from the race's usual value: `no split BN`. */
export function variantWords(name: SwitchName, value: Switches[SwitchName]): string {
  const spec: SwitchSpec = SWITCHES[name];
  switch (spec.kind) {
    case 'number':
      return spec.variant(Number(value));
    case 'flag':
      return value === true ? spec.variant.on : spec.variant.off;
    case 'choice':
      return spec.choices.find((choice) => choice.value === value)?.variant ?? String(value);
  }
}

/** The method's name and its switches that differ from `base`: `ARAT, no stop-gradient`. */
export function labelFor(method: MethodId, switches: Switches, base: Switches = DEFAULT_SWITCHES): string {
  const info = CATALOGUE[method];
  const differences = info.switches.filter((name) => switches[name] !== base[name]);
  return [info.name, ...differences.map((name) => variantWords(name, switches[name]))].join(', ');
}

/** A contestant with the switches of `base`, changed by `changes`; its label names the changes. */
export function contestant(
  method: MethodId,
  changes: Partial<Switches> = {},
  base: Switches = DEFAULT_SWITCHES,
): Contestant {
  const switches = { ...base, ...changes };
  return { label: labelFor(method, switches, base), method, switches };
}

/**
 * Parses `method` or `method[switch=value,...]`; switches that are not named have their value in `base`. Throws `Error`
 * for an unknown method, switch or value, with one sentence that lists the valid ones.
 */
export function parseContestant(text: string, base: Switches = DEFAULT_SWITCHES): Contestant {
  const match = /^([a-z-]+)(?:\[([^\]]*)\])?$/i.exec(text.trim());
  const id = match?.[1].toLowerCase() as MethodId | undefined;
  if (!match || !id || !METHOD_IDS.includes(id))
    throw new Error(
      `Unknown method "${text}": expected one of ${METHOD_IDS.join(', ')}, with switches as in arat[stopGradient=off].`,
    );
  const known = CATALOGUE[id].switches;
  const changes: Record<string, unknown> = {};
  for (const pair of (match[2] ?? '').split(',').filter((p) => p.trim() !== '')) {
    const [given, text, ...rest] = pair.split('=').map((s) => s.trim());
    const name = known.find((n) => n === given);
    if (name === undefined)
      throw new Error(
        `${CATALOGUE[id].name} has no switch "${given}": it has ${known.join(', ') || 'none'}.`,
      );
    const value =
      rest.length > 0 || text === undefined ? undefined : valueFromText<SwitchSpec>(SWITCHES[name], text);
    if (value === undefined)
      throw new Error(
        `"${pair.trim()}" is not a valid setting of ${name}: expected ${expectedText(SWITCHES[name])}.`,
      );
    changes[name] = value;
  }
  return contestant(id, changes, base);
}

/** Splits `at,arat[a=1,b=2],trades` at the commas outside brackets. Throws as `parseContestant`. */
export function parseContestants(text: string, base: Switches = DEFAULT_SWITCHES): Contestant[] {
  const parts = text.split(/,(?![^[]*\])/).filter((p) => p.trim() !== '');
  return parts.map((part) => parseContestant(part, base));
}
