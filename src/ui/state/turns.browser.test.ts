import { createElement as h } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, expect, test, vi } from 'vitest';
import { useInTurn } from './turns.ts';

const equal = (a: number, b: number) => a === b;
function Chart({ value, top }: { readonly value: number; readonly top: number }) {
  const { shown, place } = useInTurn(value, equal);
  return h('div', { ref: place, style: { position: 'absolute', top, height: 40 } }, shown ?? 'empty');
}

let root: Root | null = null;
let host: HTMLElement | null = null;
afterEach(() => {
  vi.restoreAllMocks();
  root?.unmount();
  host?.remove();
  window.scrollTo(0, 0);
});

/** A chart that far down the page. */
function chartAt(top: number) {
  host = document.createElement('div');
  document.body.append(host);
  root = createRoot(host);
  const draw = (value: number) => root!.render(h(Chart, { value, top }));
  const shows = (value: string) => expect.poll(() => host!.textContent, { timeout: 20_000 }).toBe(value);
  return { draw, shows };
}

const FAR = 30_000;
const pass = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('given a chart in sight, when its value changes many times, then it ends with the last one', async () => {
  const { draw, shows } = chartAt(0);
  draw(0);
  await shows('0');
  for (let value = 1; value <= 20; value++) {
    draw(value);
    await pass(5);
  }
  await shows('20');
});

test('given a chart out of sight, then it is drawn once, not at every change, and is up to date in the end', async () => {
  const { draw, shows } = chartAt(FAR);
  draw(0);
  await shows('0');
  // Until the observer has said where it is.
  await pass(500);
  for (let value = 1; value <= 10; value++) {
    draw(value);
    await pass(20);
  }
  expect(host!.textContent).toBe('0');
  await shows('10');
});

test('given a chart out of sight that waits, when it is scrolled to, then it shows the latest value without the wait', async () => {
  // Nothing that waits for seconds ever comes: only being seen can bring the value.
  const later = window.setTimeout.bind(window);
  const noWait = ((run: () => void, ms = 0) => (ms < 1000 ? later(run, ms) : 0)) as typeof window.setTimeout;
  vi.spyOn(window, 'setTimeout').mockImplementation(noWait);
  const { draw, shows } = chartAt(FAR);
  draw(0);
  await shows('0');
  await pass(500);
  draw(1);
  draw(2);
  await pass(50);
  expect(host!.textContent).toBe('0');
  window.scrollTo(0, FAR);
  await shows('2');
  draw(3);
  await shows('3');
});
