import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { FOLDS_KEY } from './folds.ts';

const stored = new Map<string, string>();
beforeEach(() => {
  stored.clear();
  vi.resetModules();
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => stored.get(key) ?? null,
    setItem: (key: string, value: string) => stored.set(key, value),
  });
});
afterEach(() => vi.unstubAllGlobals());

/** The state of the folds of a page that is loaded now. */
const loaded = () => import('./folds.ts');

test('given a fold that was opened, when the page is loaded again, then it is open, and the others are as the page says', async () => {
  (await loaded()).setFold('why-bn', true);
  vi.resetModules();
  expect((await loaded()).useFolds.getState()).toEqual({ 'why-bn': true });
});

test.each([
  ['no JSON', '{'],
  ['no object', '7'],
  ['null', 'null'],
  ['strange entries', '{"why-bn":1,"x":true}'],
])('given storage with %s, when the page is loaded, then no fold is remembered', async (_, text) => {
  stored.set(FOLDS_KEY, text);
  expect((await loaded()).useFolds.getState()).toEqual({});
});

test('given a browser without storage, when a fold is opened, then it is open as long as the page', async () => {
  const refuse = () => {
    throw new DOMException('denied', 'SecurityError');
  };
  vi.stubGlobal('localStorage', { getItem: refuse, setItem: refuse });
  const { setFold, useFolds } = await loaded();
  setFold('experiment', true);
  expect(useFolds.getState()).toEqual({ experiment: true });
});
