/** Reads numbers that visitors type or paste, and writes them as fields show them. */

/** The numbers that a field allows. */
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

/** Reads `30`, `30.0`, `2,5`, `1e-3`, and ` 8/255` if the suffix is `/255`. */
export function readNumber(text: string, range: NumberRange, suffix = ''): ReadNumber {
  // Accept the minus sign and dash of typeset text, and a decimal comma.
  const typed = text.trim().replace(/^[−–]/, '-');
  const bare = suffix && typed.endsWith(suffix) ? typed.slice(0, -suffix.length).trim() : typed;
  const plain = /^[+-]?\d*,\d+$/.test(bare) ? bare.replace(',', '.') : bare;
  const value = Number(plain);
  if (!PLAIN.test(plain) || !Number.isFinite(value)) return { ok: false, nearest: null };
  const nearest = Math.min(range.max, Math.max(range.min, range.integer ? Math.round(value) : value));
  return nearest === value ? { ok: true, value } : { ok: false, nearest };
}

/** The number to 12 digits, as a field shows it. */
export const showNumber = (value: number): string => String(tidy(value));

const inWords = (x: number): string => x.toLocaleString('en', { maximumSignificantDigits: 12 });

/** e.g. `a whole number from 1 to 1,000`. */
export const rangeInWords = ({ min, max, integer }: NumberRange, suffix = ''): string =>
  `a ${integer ? 'whole ' : ''}number from ${inWords(min)}${suffix} to ${inWords(max)}${suffix}`;
