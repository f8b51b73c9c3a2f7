import { expect, test } from 'vitest';
import { currentSection } from './current-section.ts';

const at = (...tops: number[]) => tops.map((top, i) => ({ id: 'abc'[i], top }));

test('given three sections, when the page is scrolled, then the last that has passed the line is current', () => {
  expect(currentSection(at(50, 900, 1800), 300)).toBe('a');
  expect(currentSection(at(-850, 0, 900), 300)).toBe('b');
  expect(currentSection(at(-2000, -1100, -200), 300)).toBe('c');
});

test('given a page above its first section, then that one is current; given none, then none', () => {
  expect(currentSection(at(500, 900), 300)).toBe('a');
  expect(currentSection([], 300)).toBeUndefined();
});
