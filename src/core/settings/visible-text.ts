/** Makes the hidden characters of text from outside (a link, a file) visible. Imports nothing. */

/**
 * Characters that fonts do not draw, or that change how others are drawn: control and format characters (zero-width,
 * bidirectional overrides, tags), lone surrogates, line separators, variation selectors, fillers, the Braille blank,
 * and noncharacters. XML forbids some of them, so that an exported SVG would not open.
 */
const HIDDEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\u2800]/gu;

/**
 * `text` with `�` in place of every hidden character, so that one label cannot pass for another by hidden characters
 * alone. Never longer than `text`. Letters that look alike (Latin a, Cyrillic а) stay.
 */
export const visibleText = (text: string): string => text.replace(HIDDEN, '\uFFFD');
