/** Numbers as visitors type and paste them, and as fields show them. */

/** What a number may be. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
  /** Whole numbers only. */
  readonly integer: boolean;
}

export type ReadNumber =
  | { readonly ok: true; readonly value: number }
  /** `nearest`: the allowed number that is closest, null where the text is no number. */
  | { readonly ok: false; readonly nearest: number | null };

const PLAIN = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** e.g. 0.30000000000000004 -> 0.3; floats carry 12 digits through a product with 255 and back. */
export const tidy = (x: number): number => Number(x.toPrecision(12));

/** 30, `30.0`, `2,5`, `1e-3`, ` 8/255` where the suffix is `/255`; nothing else. */
export function readNumber(text: string, range: NumberRange, suffix = ''): ReadNumber {
  // A minus sign may come from a typeset page, a decimal comma from most of Europe.
  const typed = text.trim().replace(/^[−–]/, '-');
  const bare = suffix && typed.endsWith(suffix) ? typed.slice(0, -suffix.length).trim() : typed;
  const plain = /^[+-]?\d*,\d+$/.test(bare) ? bare.replace(',', '.') : bare;
  const value = Number(plain);
  if (!PLAIN.test(plain) || !Number.isFinite(value)) return { ok: false, nearest: null };
  const nearest = Math.min(range.max, Math.max(range.min, range.integer ? Math.round(value) : value));
  return nearest === value ? { ok: true, value } : { ok: false, nearest };
}

/** Without rounding that a reader could notice: what a field shows is what is used. */
export const showNumber = (value: number): string => String(tidy(value));

const inWords = (x: number): string => x.toLocaleString('en', { maximumSignificantDigits: 12 });

/** e.g. `a whole number from 1 to 1,000`. */
export const rangeInWords = ({ min, max, integer }: NumberRange, suffix = ''): string =>
  `a ${integer ? 'whole ' : ''}number from ${inWords(min)}${suffix} to ${inWords(max)}${suffix}`;
