import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { MantineProvider } from '@mantine/core';
import { describe, expect, it, vi } from 'vitest';
import { INITIAL } from '../workbench/bench-state.ts';

vi.hoisted(() => {
  Object.assign(globalThis, {
    __APP_VERSION__: 'test',
    __COMMIT__: '',
    document: { baseURI: 'http://localhost/' },
  });
});
vi.mock('../../worker/client.ts', () => ({ createEngineClient: () => ({ api: {} }) }));
vi.mock('../shared/notify.ts', () => ({ notify: () => {} }));
/** The names given to the error boundaries of the rendered sections. */
const parts: string[] = [];
vi.mock('../shared/LazyPart.tsx', () => ({
  LazyPart: ({ name }: { name: string }) => {
    parts.push(name);
    return null;
  },
}));

const { SECTIONS, shownSections } = await import('./sections.ts');
const { Sections } = await import('./Sections.tsx');
const { usePage } = await import('../state/store.ts');

const page = () => {
  parts.length = 0;
  return renderToStaticMarkup(createElement(MantineProvider, null, createElement(Sections)));
};

describe('the table of sections', () => {
  it.each(SECTIONS)(
    'given section $id, then it has an anchor, a title, a lead sentence and a condition for being shown',
    (section) => {
      expect(section.id).toMatch(/^[a-z][a-z-]*$/);
      expect(section.title).toMatch(/^[A-Z][A-Za-z -]+$/);
      expect(section.lead).toMatch(/^[A-Z].{10,}[.?]$/);
      expect(typeof section.isShown(INITIAL)).toBe('boolean');
    },
  );

  it('given the sections, then no two have the same anchor or title', () => {
    for (const key of ['id', 'title'] as const)
      expect(new Set(SECTIONS.map((s) => s[key])).size).toBe(SECTIONS.length);
  });

  it('given the page, then every section shown has a heading, a labelled region and an error boundary with its name', () => {
    usePage.setState(INITIAL);
    const html = page();
    const shown = shownSections(INITIAL);
    expect(parts).toEqual(shown.map(({ title }) => `The section ${title}`));
    shown.forEach(({ id, title }) => {
      expect(html).toMatch(new RegExp(`<section[^>]* id="${id}"[^>]*aria-labelledby="${id}-title"`));
      expect(html).toMatch(new RegExp(`<h2[^>]* id="${id}-title"[^>]*>${title}</h2>`));
    });
  });

  it('given a section that the page’s state hides, then the list has only the others', () => {
    const [first, second, third] = SECTIONS;
    const all = [first, { ...second, isShown: ({ ownRace }: typeof INITIAL) => ownRace }, third];
    expect(shownSections(INITIAL, all)).toEqual([first, third]);
    expect(shownSections({ ...INITIAL, ownRace: true }, all)).toEqual(all);
  });
});
