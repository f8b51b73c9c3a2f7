/**
 * Contestants as text: `arat[stopGradient=off,invarianceWeight=0]` <-> { label, method, switches }. Imports no tensors.
 */
import CRC32 from 'crc-32';
import {
  type Contestant,
  DEFAULT_SWITCHES,
  METHOD_IDS,
  type MethodId,
  type SwitchName,
  type Switches,
} from '../settings/config.ts';
import type { Spec, SwitchSpec } from '../settings/spec.ts';
import { SWITCHES } from '../settings/specs/switches.ts';
import { quoted } from '../formula/formula-error.ts';
import { formulaFault } from '../settings/schema.ts';
import { expectedText, textOfValue, valueFromText } from '../settings/text.ts';
import { CATALOGUE } from '../methods/catalogue.ts';

/** The part of a contestant's label for a switch that differs from the race's usual value: `no split BN`. */
export function variantWords(name: SwitchName, value: Switches[SwitchName]): string {
  const spec: SwitchSpec = SWITCHES[name];
  switch (spec.kind) {
    case 'number':
      return spec.variant(Number(value));
    case 'flag':
      return value === true ? spec.variant.on : spec.variant.off;
    case 'formula':
      return `${spec.label.toLowerCase()} ${value === '' ? 'left out' : String(value)}`;
    case 'choice':
      return spec.choices.find((choice) => choice.value === value)?.variant ?? String(value);
  }
}

/** The method's name and its switches that differ from `base`: `ARAT, no stop-gradient`. */
export function labelFor(method: MethodId, switches: Switches, base: Switches = DEFAULT_SWITCHES): string {
  const info = CATALOGUE[method];
  const differences = info.switches.filter((name) => switches[name] !== base[name]);
  const isFormula = (name: SwitchName) => SWITCHES[name].kind === 'formula';
  const formulas = info.switches.filter(isFormula).map((name) => String(switches[name]));
  const words = differences.filter((name) => !isFormula(name)).map((n) => variantWords(n, switches[n]));
  // Formulas are too long for a label; their checksum tells contestants apart that their user did not name.
  if (differences.some(isFormula)) words.unshift(`formulas ${checksum(formulas.join('\n'))}`);
  return [info.name, ...words].join(', ');
}

/** Four digits, the same for the same text. */
const checksum = (text: string): string => (CRC32.str(text) >>> 16).toString(16).padStart(4, '0');

/** `switches` with `changes`. A change to its own code's recipe brings that code's β, unless the changes name one. */
export function changedSwitches(method: MethodId, switches: Switches, changes: Partial<Switches>): Switches {
  const own = changes.recipe === 'code' ? CATALOGUE[method].ownRecipe : undefined;
  return { ...switches, ...(own ? { beta: own.beta } : {}), ...changes };
}

/**
 * A contestant with the switches of `base`, changed by `changes`; its label names the changes. Where the recipe is that
 * of its own code, β is that code's for ResNet-18 unless `changes` has one; `withNetwork` has it follow the network.
 */
export function contestant(
  method: MethodId,
  changes: Partial<Switches> = {},
  base: Switches = DEFAULT_SWITCHES,
): Contestant {
  const switches = changedSwitches(method, base, { recipe: base.recipe, ...changes });
  return { label: labelFor(method, switches, base), method, switches };
}

/** `text` in parts, at the separators that stand outside the brackets named. */
function parts(text: string, separators: string, open: string, close: string): string[] {
  const out = [''];
  let depth = 0;
  for (const character of text) {
    if (open.includes(character)) depth++;
    else if (close.includes(character)) depth--;
    if (depth === 0 && separators.includes(character)) out.push('');
    else out[out.length - 1] += character;
  }
  return out.map((part) => part.trim()).filter((part) => part !== '');
}

/**
 * The switches between brackets. In square ones, commas part them, but not within a formula; semicolons and ends of
 * lines do in both.
 */
function pairsOf(square: string | undefined, curly: string | undefined): string[] {
  const lines = (curly ?? square ?? '').split(/[;\r\n]/);
  return lines.flatMap((line) => parts(line, square === undefined ? '' : ',', '(', ')'));
}

/** The value that `text` stands for. Throws one sentence that says what was expected. */
function switchValue(name: SwitchName, text: string, pair: string): unknown {
  const spec: SwitchSpec = SWITCHES[name];
  if (spec.kind === 'formula') {
    const fault = formulaFault(spec, text);
    if (fault) throw new Error(`${name}=${quoted(text)}: ${fault.message}`);
    return text;
  }
  const value = valueFromText<SwitchSpec>(spec, text);
  if (value === undefined)
    throw new Error(`"${pair}" is not a valid setting of ${name}: expected ${expectedText(spec)}.`);
  return value;
}

const LABEL = 'label';
/** A switch and its value, for a sentence. */
const EXAMPLE: Partial<Record<MethodId, string>> = { custom: 'firstTerm=mean(ce(f(x), y))' };

/**
 * Parses `method`, `method[switch=value,...]` or `method{switch=value;...}`; `label=...` among the switches names the
 * contestant. Throws one sentence that lists what exists.
 */
export function parseContestant(text: string, base: Switches = DEFAULT_SWITCHES): Contestant {
  const name = /^([a-z-]+)[[{]/i.exec(text.trim())?.[1];
  if (name && !/[\]}]$/.test(text.trim()))
    throw new Error(
      `The switches of ${name} have no closing bracket: write ${name}{…}, in quotes, with both.`,
    );
  const match = /^([a-z-]+)(?:\[([^\]]*)\]|\{([^}]*)\})?$/i.exec(text.trim());
  const id = match?.[1].toLowerCase() as MethodId | undefined;
  if (!match || !id || !METHOD_IDS.includes(id))
    throw new Error(
      `Unknown method "${text}": expected one of ${METHOD_IDS.join(', ')}, with switches as in arat[stopGradient=off].`,
    );
  const known = CATALOGUE[id].switches;
  const changes: Record<string, unknown> = {};
  let label: string | undefined;
  for (const pair of pairsOf(match[2], match[3])) {
    const [given, text, ...rest] = pair.split('=').map((s) => s.trim());
    if (given === LABEL && rest.length === 0) {
      if (!text) throw new Error('The label is empty: write a name after label=, or leave it out.');
      label = text;
      continue;
    }
    if (!pair.includes('='))
      throw new Error(
        `"${quoted(pair)}" is no switch of ${id} and its value: expected text such as ${EXAMPLE[id] ?? 'splitBn=off'}.`,
      );
    const name = known.find((n) => n === given);
    if (name === undefined)
      throw new Error(
        `${CATALOGUE[id].name} has no switch "${given}": it has ${known.join(', ') || 'none'}.`,
      );
    if (name in changes) throw new Error(`${name} is given twice for ${CATALOGUE[id].name}: give it once.`);
    changes[name] = switchValue(name, rest.length > 0 ? '' : (text ?? ''), pair);
  }
  const made = contestant(id, changes, base);
  return label === undefined ? made : { ...made, label };
}

/** Parses each part of `at,arat[a=1,b=2],custom{a=1; b=2}`. */
export const parseContestants = (text: string, base: Switches = DEFAULT_SWITCHES): Contestant[] =>
  contestantParts(text).map((part) => parseContestant(part, base));

/** The texts of single contestants, at least one. Throws one sentence if there is none. */
export function contestantParts(text: string): string[] {
  const all = parts(text, ',', '[{', ']}');
  if (all.length === 0) throw new Error(`No method is named: expected some of ${METHOD_IDS.join(', ')}.`);
  return all;
}

/** Characters of a label that need no thought on any command line. */
const SAFE_LABEL = /^[\p{L}\p{N} .,:()+_-]+$/u;

/** As `parseContestant` reads it, e.g. `arat[stopGradient=off]`: with those switches that differ from `base`. */
export function contestantText({ label, method, switches }: Contestant, base: Switches): string {
  // What the text without a switch would be read as: β depends on the recipe.
  const unsaid = { ...contestant(method, { recipe: switches.recipe }, base).switches, recipe: base.recipe };
  const options = CATALOGUE[method].switches
    .filter((name) => switches[name] !== unsaid[name])
    .map((name) => `${name}=${textOfValue<Spec>(SWITCHES[name], switches[name])}`);
  if (method !== 'custom') return options.length ? `${method}[${options.join(',')}]` : method;
  if (label !== labelFor(method, switches, base) && SAFE_LABEL.test(label))
    options.unshift(`${LABEL}=${label}`);
  return options.length ? `${method}{${options.join('; ')}}` : method;
}
