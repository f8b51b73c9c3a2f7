/** The colours of a strip of cosines: blue above 0 (the terms agree), orange below (they oppose). */

/** No contestant has these colours. */
export const TOGETHER = '#1864ab';
export const APART = '#e8590c';

/** The colour's share in per cent: at most 42, so that the page's text on it keeps a contrast of 4.5:1. */
export const strengthOf = (cosine: number): number => Math.round(Math.min(1, Math.abs(cosine) / 0.6) * 42);

export const poleOf = (cosine: number): string => (cosine >= 0 ? TOGETHER : APART);

/** The cell's colour on white, as hexadecimal RGB. */
export function cosineColour(cosine: number): string {
  const share = strengthOf(cosine) / 100;
  const mixed = [1, 3, 5].map((i) => {
    const part = parseInt(poleOf(cosine).slice(i, i + 2), 16);
    return Math.round(255 + share * (part - 255))
      .toString(16)
      .padStart(2, '0');
  });
  return `#${mixed.join('')}`;
}
