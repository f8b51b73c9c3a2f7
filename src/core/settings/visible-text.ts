/** Text from outside (a link, a file) in a form that shows what it holds. A leaf. */

/**
 * Characters that no font draws, or that change how others are drawn: control and format characters (zero-width,
 * bidirectional overrides, tags), lone surrogates, line separators, variation selectors, fillers, the blank of
 * Braille, and code points that are no characters. Some of them are also not allowed in XML, so that an exported SVG
 * would not open.
 */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]/gu;

/** Every hidden character becomes `�`: two labels never look the same unless they are. Never longer than `text`. */
export const visibleText = (text: string): string => text.replace(HIDDEN, '\uFFFD');
