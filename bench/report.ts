/** What the benchmark measures: entries, medians, and how they are printed. */

/** One figure. Also the shape of an entry in the JSON file. */
export interface Entry {
  /** Part of the benchmark: webgpu, wasm-browser, wasm-node, race, growth, page. */
  readonly name: string;
  readonly backend: string;
  /** GPU adapter, or threads and SIMD of WASM, in words. */
  readonly adapter: string;
  readonly metric: string;
  readonly unit: string;
  readonly ours: number;
  /** What it is compared with, measured in the same run; null where there is nothing to compare with. */
  readonly reference: number | null;
  readonly referenceName: string | null;
  /** How many times better ours is than the reference: above 1 is better, whichever way the unit points. */
  readonly ratio: number | null;
}

export interface Comparison {
  readonly value: number;
  readonly name: string;
}

export type Place = Pick<Entry, 'name' | 'backend' | 'adapter'>;

/** `better`: whether less or more of the unit is better. */
export function entry(
  place: Place,
  metric: string,
  unit: string,
  better: 'less' | 'more',
  ours: number,
  reference: Comparison | null = null,
): Entry {
  // Zero beats any positive figure by an infinite ratio; two zeros are equally good.
  const quotient = (a: number, b: number): number => (a === b ? 1 : a / b);
  const ratio =
    reference === null
      ? null
      : better === 'less'
        ? quotient(reference.value, ours)
        : quotient(ours, reference.value);
  return {
    ...place,
    metric,
    unit,
    ours,
    reference: reference?.value ?? null,
    referenceName: reference?.name ?? null,
    ratio: ratio !== null && Number.isFinite(ratio) ? ratio : null,
  };
}

/** Of an odd number of values the middle one, of an even number the mean of the two in the middle. Throws on none. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new Error('There is no median of no values.');
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** Three significant digits, thousands apart, no exponent. */
function number(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.01) return value.toPrecision(2);
  return value.toLocaleString('en-US', { maximumSignificantDigits: 3, maximumFractionDigits: 2 });
}

/** One line per entry. */
export function printEntry(e: Entry): string {
  const ours = `${number(e.ours)} ${e.unit}`;
  const compared =
    e.reference === null
      ? ''
      : `   ${e.referenceName}: ${number(e.reference)}${e.ratio === null ? '' : `   ratio ${number(e.ratio)}`}`;
  return `  ${e.metric}: ${ours}${compared}`;
}
