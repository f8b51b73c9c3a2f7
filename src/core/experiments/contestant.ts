/** Contestants in words: `arat[stopGradient=off,invarianceWeight=0]` <-> { label, method, switches }. Free of tensors. */
import * as v from 'valibot';
import {
  type Contestant,
  DEFAULT_SWITCHES,
  METHOD_IDS,
  type MethodId,
  type SwitchName,
  type Switches,
  SwitchesSchema,
} from '../settings/config.ts';
import { CATALOGUE } from '../methods/catalogue.ts';

/** What is said of a switch that differs from the default, in a label. */
const LABELS: Readonly<Record<SwitchName, (value: Switches[SwitchName]) => string>> = {
  splitBn: (on) => (on ? 'split BN' : 'no split BN'),
  stopGradient: (on) => (on ? 'stop-gradient' : 'no stop-gradient'),
  predictor: (on) => (on ? 'predictor' : 'no predictor'),
  autoBalance: (on) => (on ? 'auto-balance' : 'no auto-balance'),
  invarianceWeight: (weight) => `invariance weight ${weight}`,
  metric: (metric) => (metric === 'mse' ? 'MSE' : 'cosine'),
  alignedLayers: (layers) =>
    ({ last: 'last stage', lastTwo: 'last two stages', all: 'all stages' })[layers as 'last'],
  officialAliasing: (on) => (on ? 'official aliasing' : 'no aliasing'),
  attackUpdatesStatistics: (on) => (on ? 'attack moves statistics' : 'attack leaves statistics'),
  beta: (beta) => `β ${beta}`,
  noisyReplay: (on) => (on ? 'noisy replay' : 'no noisy replay'),
  averageFrom: (share) => `averaged from ${Math.round(100 * Number(share))} %`,
};

/** A label that names what differs from `base`: `ARAT, no stop-gradient`. */
export function labelFor(method: MethodId, switches: Switches, base: Switches = DEFAULT_SWITCHES): string {
  const info = CATALOGUE[method];
  const differences = info.switches.filter((name) => switches[name] !== base[name]);
  return [info.name, ...differences.map((name) => LABELS[name](switches[name]))].join(', ');
}

/** A contestant with `changes` to `base`; the label says what changed. */
export function contestant(
  method: MethodId,
  changes: Partial<Switches> = {},
  base: Switches = DEFAULT_SWITCHES,
): Contestant {
  const switches = { ...base, ...changes };
  return { label: labelFor(method, switches, base), method, switches };
}

/** The schema of a switch's value, without its default. */
function schemaOf(name: SwitchName) {
  const schema = SwitchesSchema.entries[name];
  return schema.type === 'optional' ? schema.wrapped : schema;
}

function parseValue(name: SwitchName, text: string): unknown {
  if (['on', 'true'].includes(text)) return true;
  if (['off', 'false'].includes(text)) return false;
  const schema = schemaOf(name);
  // Number('') is 0: an empty value must not pass for it.
  return schema.type === 'picklist' ? text : text === '' ? NaN : Number(text);
}

/** Parses `method` or `method[switch=value,...]`. Throws one sentence that lists what exists. */
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
    const [name, value, ...rest] = pair.split('=').map((s) => s.trim());
    if (!known.includes(name as SwitchName))
      throw new Error(`${CATALOGUE[id].name} has no switch "${name}": it has ${known.join(', ') || 'none'}.`);
    const parsed = parseValue(name as SwitchName, value ?? '');
    if (rest.length > 0 || value === undefined || !v.is(SwitchesSchema.entries[name as SwitchName], parsed))
      throw new Error(
        `"${pair.trim()}" is not a valid setting of ${name}: expected ${describe(name as SwitchName)}.`,
      );
    changes[name] = parsed;
  }
  return contestant(id, changes as Partial<Switches>, base);
}

function describe(name: SwitchName): string {
  const schema = schemaOf(name);
  if (schema.type === 'boolean') return 'on or off';
  return 'options' in schema ? schema.options.join(' or ') : 'a number in its range';
}

/** Splits `at,arat[a=1,b=2],trades` at the commas outside brackets and parses each part. */
export function parseContestants(text: string, base: Switches = DEFAULT_SWITCHES): Contestant[] {
  const parts = text.split(/,(?![^[]*\])/).filter((p) => p.trim() !== '');
  return parts.map((part) => parseContestant(part, base));
}
