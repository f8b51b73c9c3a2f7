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

/** Renders a chart `top` pixels down the page. */
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

test('given a chart in sight, when its value changes many times, then it finally shows the last value', async () => {
  const { draw, shows } = chartAt(0);
  draw(0);
  await shows('0');
  for (let value = 1; value <= 20; value++) {
    draw(value);
    await pass(5);
  }
  await shows('20');
});

test('given a chart out of sight, when its value changes many times, then it is not redrawn at every change, and finally shows the last value', async () => {
  const { draw, shows } = chartAt(FAR);
  draw(0);
  await shows('0');
  // Wait until the observer has reported that the chart is out of sight.
  await pass(500);
  for (let value = 1; value <= 10; value++) {
    draw(value);
    await pass(20);
  }
  expect(host!.textContent).toBe('0');
  await shows('10');
});

test('given a chart out of sight that waits for its turn, when it is scrolled into sight, then it shows the latest value without waiting', async () => {
  // Timers of a second or more never fire, so that only coming into sight can update the chart.
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
