/**
 * The page as visitors get it: bundle sizes, first paint, first step, and how free its main thread is while it trains
 * on WASM.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { launch, serve, type Site } from '../browser.ts';
import { longestTasks, TRACE_CATEGORIES } from '../main-thread.ts';
import { entry, median, type Place } from '../report.ts';
import { showSettings } from '../show-settings.ts';
import type { Part } from './part.ts';

/** Measurements of its main thread that the page records from its start. */
interface Watch {
  /** [start, duration] of tasks of 50 ms and more, by the browser's own account. */
  readonly longTasks: [number, number][];
  /** [start, length] of the times between two turns of the event loop. */
  readonly gaps: [number, number][];
}

declare global {
  interface Window {
    mainThread: Watch;
  }
}

/** Runs in the page before its own code. */
function watchMainThread(): void {
  const watch: Watch = { longTasks: [], gaps: [] };
  window.mainThread = watch;
  new PerformanceObserver((list) => {
    for (const e of list.getEntries()) watch.longTasks.push([e.startTime, e.duration]);
  }).observe({ type: 'longtask', buffered: true });
  // Messages to oneself come at every turn of the event loop; timers are held back to 4 ms.
  const channel = new MessageChannel();
  let last = performance.now();
  channel.port1.onmessage = () => {
    const now = performance.now();
    if (now - last > 8) watch.gaps.push([last, now - last]);
    last = now;
    // Not at once: an event loop that never rests would take a core from the training.
    setTimeout(() => channel.port2.postMessage(0), 0);
  };
  channel.port2.postMessage(0);
}

const gzipped = (file: string): number => gzipSync(readFileSync(file), { level: 9 }).length / 1024;

/** Gzipped KB of what index.html names (first paint), of the worker's entry, and of all there is. */
function bundleSizes(folder: string): Record<'first' | 'worker' | 'all', number> {
  const html = readFileSync(join(folder, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map((m) => m[1]);
  const files = readdirSync(join(folder, 'assets')).filter((f) => f.endsWith('.js'));
  const sum = (names: readonly string[]): number => names.reduce((s, f) => s + gzipped(join(folder, f)), 0);
  const inAssets = (f: string): string => join('assets', f);
  return {
    first: sum(named),
    worker: sum(files.filter((f) => f.startsWith('worker-')).map(inAssets)),
    all: sum(files.map(inAssets)),
  };
}

async function firstPaint(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const paint = list.getEntriesByName('first-contentful-paint')[0];
          if (paint) resolve(paint.startTime);
        }).observe({ type: 'paint', buffered: true });
      }),
  );
}

const FOLDS = ['Data', 'Network', 'Attack and measurements', 'Optimiser and schedule', 'Where it runs'];

/** Sets the experiment as a visitor would: few images, so that epochs end and everything that is drawn is drawn. */
async function choose(page: Page, backend: 'wasm', train: number, test: number): Promise<void> {
  await showSettings(page);
  const experiment = page.locator('#experiment');
  for (const name of FOLDS) {
    const fold = experiment.getByRole('button', { name, exact: true });
    if ((await fold.getAttribute('aria-expanded')) !== 'true') await fold.click();
  }
  for (const [label, value] of [
    ['Training images', train],
    ['Test images', test],
    ['Test images per epoch', Math.min(test, 64)],
    ['Epochs', 50],
  ] as const) {
    const field = experiment.getByLabel(label, { exact: true });
    await field.fill(String(value));
    await field.blur();
  }
  await experiment.getByLabel('Backend').selectOption(backend);
  await experiment.getByText(/self-test passed/).waitFor({ timeout: 120_000 });
}

/** The end of training is traced: a trace of all of it is too long to be read where training is fast. */
const TRACED_SECONDS = 5;

async function trainAndWatch(page: Page, seconds: number) {
  const traced = Math.min(TRACED_SECONDS, seconds / 2);
  const clicked = await page.evaluate(() => performance.now());
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  const begun = Date.now();
  await page
    .getByText(/step [1-9][\d,]* of/)
    .first()
    .waitFor({ timeout: 180_000 });
  const firstStepMs = Date.now() - begun;
  const from = await page.evaluate(() => performance.now());
  const browser = page.context().browser();
  await page.waitForTimeout((seconds - traced) * 1000);
  // Before the trace: to start one is a long task of its own.
  const watch = await page.evaluate(() => window.mainThread);
  await browser?.startTracing(page, { categories: TRACE_CATEGORIES });
  await page.waitForTimeout(traced * 1000);
  const trace = await browser?.stopTracing();
  const words =
    (await page
      .getByText(/step [1-9][\d,]* of/)
      .first()
      .textContent()) ?? '';
  const longest = (list: [number, number][], after: number) =>
    list.filter(([start]) => start >= after).reduce((worst, [, ms]) => Math.max(worst, ms), 0);
  return {
    firstStepMs,
    words,
    starting: longest(
      watch.longTasks.filter(([start]) => start < from),
      clicked,
    ),
    longTask: longest(watch.longTasks, from),
    longTasks: watch.longTasks.filter(([start]) => start >= from).length,
    gap: longest(watch.gaps, from),
    cpu: trace ? longestTasks(trace).cpuMs : NaN,
  };
}

/**
 * Trains with all processors at work, or, where the page is not isolated, with one thread, which leaves the page the
 * others.
 */
async function watchTraining(
  browser: Browser,
  site: Site,
  isolated: boolean,
  quick: boolean,
  place: Place,
  report: Parameters<Part>[1],
  say: Parameters<Part>[2],
): Promise<void> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    serviceWorkers: 'block',
  });
  await context.addInitScript(watchMainThread);
  if (!isolated)
    await context.route(site.address, async (route) => {
      const response = await route.fetch();
      const kept = Object.entries(response.headers()).filter(([name]) => !name.startsWith('cross-origin-'));
      await route.fulfill({ response, headers: Object.fromEntries(kept) });
    });
  const trained = await context.newPage();
  await trained.goto(site.address);
  if ((await trained.evaluate(() => crossOriginIsolated)) !== isolated)
    throw new Error(`The page is${isolated ? ' not' : ''} cross-origin isolated.`);
  await choose(trained, 'wasm', 256, 64);
  const seconds = quick ? 20 : 60;
  const threads = isolated ? 'on all threads' : 'on one thread';
  say(`training the default race for ${seconds} s ${threads}`);
  const w = await trainAndWatch(trained, seconds);
  say(w.words);
  const bar = { value: 50, name: 'the bar' };
  const figure = (metric: string, unit: string, value: number, reference?: typeof bar) =>
    report(entry(place, `${metric}, ${threads}`, unit, 'less', value, reference));
  figure('from Train to the first step shown', 'ms', w.firstStepMs);
  figure('longest main-thread task while starting', 'ms', w.starting);
  figure('longest main-thread task while training', 'ms', w.longTask, bar);
  figure('longest main-thread task while training, its processor time', 'ms', w.cpu, bar);
  figure('main-thread tasks over 50 ms while training', 'tasks', w.longTasks);
  figure('longest gap between two turns of the event loop', 'ms', w.gap);
  await context.close();
}

export const page: Part = async ({ quick }, report, say) => {
  const site: Site = await serve(fileURLToPath(new URL('../..', import.meta.url)), 'project');
  const browser = await launch('plain');
  const place: Place = { name: 'page', backend: 'wasm', adapter: 'the built page in headless Chromium' };
  try {
    const sizes = bundleSizes(site.folder);
    const bar = { value: 250, name: 'the bar' };
    report(entry(place, 'first-paint JavaScript, gzipped', 'KB', 'less', sizes.first, bar));
    report(entry(place, "worker's entry, gzipped", 'KB', 'less', sizes.worker));
    report(entry(place, 'all JavaScript, gzipped', 'KB', 'less', sizes.all));

    const paints: number[] = [];
    for (let i = 0; i < (quick ? 1 : 5); i++) {
      const context = await browser.newContext();
      const visited = await context.newPage();
      await visited.goto(site.address);
      paints.push(await firstPaint(visited));
      await context.close();
    }
    report(entry(place, 'first contentful paint, empty cache', 'ms', 'less', median(paints)));

    for (const isolated of [true, false])
      await watchTraining(browser, site, isolated, quick, place, report, say);
  } finally {
    await browser.close();
    await site.close();
  }
};
