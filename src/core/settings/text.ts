/** Settings and switches as the command line writes them: `on`, `mse`, `8/255`, `0.75,0.9`. */
import * as v from 'valibot';
import { valueSchema } from './schema.ts';
import type { NumberRange, Spec, ValueOf } from './spec.ts';

/** Text of a list without items. */
const EMPTY = 'none';

/** The number or fraction (`8/255`) that `text` gives; NaN for anything else, also for empty text. */
function numberOf(text: string): number {
  const [above, below = '1', ...rest] = text
    .split('/')
    .map((part) => (part.trim() === '' ? NaN : Number(part)));
  // + 0 turns -0 into 0.
  return rest.length > 0 ? NaN : above / Number(below) + 0;
}

/** The number in `text`, or the numbers of a range (`3-5`, whole numbers only); [NaN] if it is neither. */
function itemsOf(text: string, integer: boolean): number[] {
  const range = integer ? /^\s*(\d+)\s*-\s*(\d+)\s*$/.exec(text) : null;
  if (!range) return [numberOf(text)];
  const [from, to] = [Number(range[1]), Number(range[2])];
  // No setting takes that many items: one NaN makes the schema refuse it without building the list.
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
    case 'formula':
      return text;
    case 'list':
      return text === EMPTY ? [] : text.split(',').flatMap((part) => itemsOf(part, spec.item.integer));
  }
}

/** The value that `text` gives; undefined if it gives none or one outside the entry's range. */
export function valueFromText<S extends Spec>(spec: S, text: string): ValueOf<S> | undefined {
  const parsed = v.safeParse(valueSchema(spec), read(spec, text));
  return parsed.success ? parsed.output : undefined;
}

function numberText(value: number, unit?: string): string {
  const steps = Number((value * 255).toPrecision(12));
  return unit === '/255' && steps / 255 === value ? `${steps}/255` : String(value);
}

/** The text from which `valueFromText` reads the same value, to the last bit. */
export function textOfValue<S extends Spec>(spec: S, value: ValueOf<S> | S['default']): string;
export function textOfValue(spec: Spec, value: boolean | string | number | readonly number[]): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'object')
    return value.length === 0 ? EMPTY : value.map((x) => numberText(x)).join(',');
  return typeof value === 'number' && spec.kind === 'number' ? numberText(value, spec.unit) : String(value);
}

const rangeText = ({ min, max, integer }: NumberRange): string =>
  `${integer ? 'whole number' : 'number'} from ${min} to ${max}`;

/** What `valueFromText` accepts, for error messages: `a whole number from 1 to 1000`, `on or off`. */
export function expectedText(spec: Spec): string {
  switch (spec.kind) {
    case 'number':
      return `a ${rangeText(spec)}${spec.unit === '/255' ? ' or a fraction like 8/255' : ''}`;
    case 'flag':
      return 'on or off';
    case 'choice':
      return `one of ${spec.choices.map(({ value }) => value).join(', ')}`;
    case 'formula':
      return 'a formula';
    case 'list': {
      const { item, shortest, longest } = spec;
      const one = rangeText(item).replace('number', 'numbers');
      const form = `${item.integer ? ' or ranges like 3-5' : ''}, separated by commas`;
      return `${shortest === 0 ? `${EMPTY} or 1` : shortest} to ${longest} ${one}${form}`;
    }
  }
}
