import { MantineProvider } from '@mantine/core';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it, vi } from 'vitest';
import { PGD_INFO } from './testing/attack-info.ts';

const REQUEST = { index: 0, attack: 'pgd-20', norm: 'linf', eps: 8 / 255, iterations: 20, seed: 0 } as const;

vi.hoisted(() => {
  Object.assign(globalThis, {
    __APP_VERSION__: 'test',
    __COMMIT__: '',
    document: { baseURI: 'http://localhost/' },
  });
});
vi.mock('../../worker/client.ts', () => ({ createEngineClient: () => ({ api: {} }) }));
vi.mock('./ExampleCard.tsx', () => ({
  ExampleCard: ({ view }: { view: { label: string } }) =>
    createElement('article', null, `example ${view.label}`),
}));
vi.mock('./ExampleControls.tsx', () => ({ ExampleControls: () => null }));
const answering = vi.hoisted(() => ({ busy: false, request: {} }));
/** The engine has sent the list of attacks and one example. No slice is requested. */
vi.mock('../shared/useLatest.ts', () => ({
  useLatest: (key: string | null) => ({
    value:
      key === 'attacks'
        ? [PGD_INFO]
        : key && {
            race: 'mine',
            key,
            request: { ...REQUEST, ...answering.request },
            views: [{ label: 'AT', trueClass: 0 }],
          },
    error: null,
    busy: key !== null && key !== 'attacks' && answering.busy,
  }),
}));
const { SeeView } = await import('./SeeView.tsx');

const rendered = (failed: ReadonlyMap<string, string>): string => {
  const view = createElement(SeeView, {
    unavailable: null,
    race: 'mine',
    weights: 'epoch 1',
    images: 8,
    eps: 8 / 255,
    name: String,
    colour: () => 'black',
    failed,
    attacks: async () => [PGD_INFO],
    example: async () => [],
    slice: async () => {
      throw new Error('no slice is switched on');
    },
  });
  return renderToStaticMarkup(createElement(MantineProvider, null, view));
};

const articles = (failed: ReadonlyMap<string, string>) =>
  rendered(failed)
    .split('<article')
    .slice(1)
    .map((a) =>
      a
        .slice(a.indexOf('>') + 1, a.indexOf('</article>'))
        .replace(/<[^>]*>/g, ' ')
        .trim(),
    );

it('given a contestant whose training failed, when shown, then it has a card with the reason', () => {
  const why = 'TRADES diverged: its loss is not a finite number at step 7.';
  const [example, none] = articles(new Map([['TRADES', `No model, because its training failed: ${why}`]]));
  expect(example).toBe('example AT');
  expect(none.replace(/\s+/g, ' ')).toBe(`TRADES No model, because its training failed: ${why}`);
});

it('given models of all contestants, when shown, then all cards are examples', () => {
  expect(articles(new Map())).toEqual(['example AT']);
});

it('given a new answer to the same question, when it is under way, then the example stays as it is; to another question, then a sentence says so', () => {
  answering.busy = true;
  expect(rendered(new Map())).not.toContain('Attacking each model');
  answering.request = { index: 1 };
  expect(rendered(new Map())).toContain('Attacking each model');
});
