import { expect, test } from 'vitest';
import { MOST_CONTESTANTS } from '../../core/settings/config.ts';
import { STYLES, styleOf } from './theme.ts';

/** Relative luminance of `#rrggbb` (WCAG 2.2). */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = parseInt(colour.slice(at, at + 2), 16) / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

test('given as many contestants as a race may have, then no two share a colour, nor marker with filling, nor marker with dash', () => {
  const styles = Array.from({ length: MOST_CONTESTANTS }, (_, i) => styleOf(i));
  const distinct = (of: (s: (typeof STYLES)[number]) => string) => new Set(styles.map(of)).size;
  expect(distinct((s) => s.colour)).toBe(MOST_CONTESTANTS);
  expect(distinct((s) => `${s.marker} ${s.dash}`)).toBe(MOST_CONTESTANTS);
  // Seven shapes, filled or hollow, are fourteen: the last two are told by their dashes.
  expect(distinct((s) => `${s.marker} ${s.hollow}`)).toBe(14);
});

test.each([...STYLES])('given $colour, then it keeps 3:1 on the page in light and dark', ({ colour }) => {
  // The page's backgrounds: theme.ts for light, Mantine's for dark.
  expect(contrast(colour, '#fbfbfd')).toBeGreaterThanOrEqual(3);
  expect(contrast(colour, '#242424')).toBeGreaterThanOrEqual(3);
});
