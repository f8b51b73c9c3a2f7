/** Settings and switches as the command line writes them: `on`, `mse`, `8/255`, `0.75,0.9`. */
import * as v from 'valibot';
import { valueSchema } from './schema.ts';
import type { NumberRange, Spec, ValueOf } from './spec.ts';

/** A list without items. */
const EMPTY = 'none';

/** NaN where it is no number: '' is none, either. A fraction may stand for a number: `8/255`. */
function numberOf(text: string): number {
  const [above, below = '1', ...rest] = text
    .split('/')
    .map((part) => (part.trim() === '' ? NaN : Number(part)));
  // + 0: 0 in place of -0.
  return rest.length > 0 ? NaN : above / Number(below) + 0;
}

/** One item, or a range of whole numbers: `3-5`. */
function itemsOf(text: string, integer: boolean): number[] {
  const range = integer ? /^\s*(\d+)\s*-\s*(\d+)\s*$/.exec(text) : null;
  if (!range) return [numberOf(text)];
  const [from, to] = [Number(range[1]), Number(range[2])];
  // Beyond any list of settings: the schema refuses it without its items being made.
  if (to < from || to - from > 1000) return [NaN];
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

function read(spec: Spec, text: string): unknown {
  switch (spec.kind) {
    case 'number':
      return numberOf(text);
    case 'flag':
      return ['on', 'true'].includes(text) ? true : ['off', 'false'].includes(text) ? false : undefined;
    case 'choice':
      return spec.choices.find(({ value }) => String(value) === text)?.value;
    case 'list':
      return text === EMPTY ? [] : text.split(',').flatMap((part) => itemsOf(part, spec.item.integer));
  }
}

/** The value that `text` stands for; undefined where it is none, or not in the entry's range. */
export function valueFromText<S extends Spec>(spec: S, text: string): ValueOf<S> | undefined {
  const parsed = v.safeParse(valueSchema(spec), read(spec, text));
  return parsed.success ? parsed.output : undefined;
}

function numberText(value: number, unit?: string): string {
  const steps = Number((value * 255).toPrecision(12));
  return unit === '/255' && steps / 255 === value ? `${steps}/255` : String(value);
}

/** As `valueFromText` reads it back, to the last bit. */
export function textOfValue<S extends Spec>(spec: S, value: ValueOf<S> | S['default']): string;
export function textOfValue(spec: Spec, value: boolean | string | number | readonly number[]): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'object')
    return value.length === 0 ? EMPTY : value.map((x) => numberText(x)).join(',');
  return typeof value === 'number' && spec.kind === 'number' ? numberText(value, spec.unit) : String(value);
}

const rangeText = ({ min, max, integer }: NumberRange): string =>
  `${integer ? 'whole number' : 'number'} from ${min} to ${max}`;

/** What `valueFromText` takes, e.g. `a whole number from 1 to 1000`, `on or off`. */
export function expectedText(spec: Spec): string {
  switch (spec.kind) {
    case 'number':
      return `a ${rangeText(spec)}${spec.unit === '/255' ? ' or a fraction like 8/255' : ''}`;
    case 'flag':
      return 'on or off';
    case 'choice':
      return `one of ${spec.choices.map(({ value }) => value).join(', ')}`;
    case 'list': {
      const { item, shortest, longest } = spec;
      const one = rangeText(item).replace('number', 'numbers');
      const form = `${item.integer ? ' or ranges like 3-5' : ''}, separated by commas`;
      return `${shortest === 0 ? `${EMPTY} or 1` : shortest} to ${longest} ${one}${form}`;
    }
  }
}
