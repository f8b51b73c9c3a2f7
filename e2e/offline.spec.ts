import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, test as base, type Page } from '@playwright/test';
import { deployNextVersion } from './next-version.ts';
import { servePlain, type PlainServer } from './plain-server.ts';
import { experiment, keepOnly, open, results, setTiny, state, train } from './support.ts';

interface Host {
  readonly address: string;
  readonly server: PlainServer;
  /** Replaces the old version by a new one. */
  deploy(): Promise<void>;
  /** The same, but with the old index.html, as from a cache before the server. `finish` replaces that, too. */
  deployBesideOldPage(): Promise<{ finish(): Promise<void> }>;
}

const test = base.extend<{ host: Host }>({
  // Playwright finds the fixtures in use by the destructured first parameter.

  host: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'arat-host-'));
    await cp('dist', folder, { recursive: true });
    const server = await servePlain(folder);
    const page = join(folder, 'index.html');
    await use({
      address: server.address,
      server,
      deploy: async () => void (await deployNextVersion(folder)),
      deployBesideOldPage: async () => {
        const { before, after } = await deployNextVersion(folder);
        await writeFile(page, before);
        return { finish: () => writeFile(page, after) };
      },
    });
    await server.close();
    await rm(folder, { recursive: true, force: true });
  },
});

test.use({ serviceWorkers: 'allow' });

const isolated = (page: Page) => page.evaluate(() => globalThis.crossOriginIsolated).catch(() => false);
/** Every host here has an address of its own, so its visit is a first visit, with the table folded. */
const painted = (page: Page) => expect(page.locator('[data-chart="Clean accuracy"]')).toBeVisible();
const SMALL = { backend: 'wasm', train: 64, test: 32, width: 4, epochs: 1, batch: 16, steps: 1 } as const;

/** Counts loads of the page itself. */
function countLoads(page: Page): () => number {
  let loads = 0;
  page.on('domcontentloaded', () => loads++);
  return () => loads;
}

test('given a host without headers, when the page has been opened once, then it is isolated and works offline on WASM threads', async ({
  page,
  host,
  context,
}) => {
  const complaints: string[] = [];
  page.on('console', (m) => /Content.Security.Policy/i.test(m.text()) && complaints.push(m.text()));
  const loads = countLoads(page);
  await page.goto(host.address);
  await expect.poll(() => isolated(page), { timeout: 60_000 }).toBe(true);
  await painted(page);
  expect(loads()).toBe(2);

  await test.step('without a network, the recorded run is shown and a race trains', async () => {
    await context.setOffline(true);
    await page.reload();
    await painted(page);
    expect(await isolated(page)).toBe(true);
    await open(page, host.address);
    await keepOnly(page, ['AT']);
    // The photographs have not been loaded yet.
    await experiment(page).getByLabel('Dataset', { exact: true }).selectOption('synthetic');
    await setTiny(page, SMALL);
    await expect(experiment(page).getByText(/WebAssembly on \d+ CPU thread/)).toBeVisible();
    await train(page);
    await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });
    expect([...(await results(page)).keys()]).toEqual(['AT']);
  });
  expect(complaints).toEqual([]);
});

test('given a newer version on the host, when the page is open, then it is offered, and used only on request (fault: service-worker-update)', async ({
  page,
  host,
}) => {
  await page.goto(host.address);
  await expect.poll(() => isolated(page), { timeout: 60_000 }).toBe(true);
  await painted(page);
  await host.deploy();
  const loads = countLoads(page);
  await page.reload();
  const use = page.getByRole('button', { name: 'Use it now' });
  await expect(use).toBeVisible({ timeout: 90_000 });
  const waits = () =>
    page.evaluate(async () => (await navigator.serviceWorker.ready).waiting !== null).catch(() => null);
  expect(await waits()).toBe(true);
  expect(loads()).toBe(1);
  await use.click();
  await expect.poll(loads).toBe(2);
  await painted(page);
  await expect.poll(waits).toBe(false);
  expect(await page.evaluate(async () => (await caches.keys()).length)).toBe(1);
});

test.describe('given service workers that are blocked', () => {
  test.use({ serviceWorkers: 'block' });
  test('when the page is opened, then it works with one thread, says so, and does not reload', async ({
    page,
    host,
  }) => {
    const loads = countLoads(page);
    await open(page, host.address);
    await painted(page);
    await setTiny(page, SMALL);
    await expect(experiment(page).getByText(/WebAssembly on 1 CPU thread /)).toBeVisible();
    expect([await isolated(page), loads()]).toEqual([false, 1]);
  });
});

const entryOf = (page: Page) => page.locator('script[type=module]').first().getAttribute('src');
const firstVisit = async (page: Page, host: Host) => {
  await page.goto(host.address);
  await expect.poll(() => isolated(page), { timeout: 60_000 }).toBe(true);
  await painted(page);
};

test('given a deploy with the old index.html still served, when the page is open, then the old version stays complete, and the new one is offered when index.html follows', async ({
  page,
  host,
}) => {
  await firstVisit(page, host);
  const old = await entryOf(page);
  const { finish } = await host.deployBesideOldPage();
  for (let visit = 0; visit < 2; visit++) {
    await page.reload();
    await painted(page);
    await page.evaluate(async () => (await navigator.serviceWorker.ready).update().catch(() => {}));
    // The new version is not installed, because its files do not match.
    await expect
      .poll(() =>
        page.evaluate(async () => {
          const { installing, waiting } = await navigator.serviceWorker.ready;
          return [installing, waiting].every((worker) => worker === null);
        }),
      )
      .toBe(true);
    // The cache of the failed installation is deleted a moment after it.
    await expect.poll(() => page.evaluate(async () => (await caches.keys()).length)).toBe(1);
    expect(await entryOf(page)).toBe(old);
  }
  await finish();
  await page.reload();
  await page.getByRole('button', { name: 'Use it now' }).click();
  await expect.poll(() => entryOf(page).catch(() => old)).not.toBe(old);
  await painted(page);
});

test('given a server between two versions, when first visited, then the page says that its code is missing, and loads by itself when the server is complete', async ({
  page,
  host,
}) => {
  const { finish } = await host.deployBesideOldPage();
  await page.goto(host.address);
  await expect(page.getByRole('alert')).toContainText('The code of this page could not be loaded');
  await expect(page.getByRole('button', { name: 'Reload the page' })).toBeVisible();
  await finish();
  await painted(page);
});

test('given a kept page whose code was cleared and is gone from the server, when opened, then the new version replaces it', async ({
  page,
  host,
}) => {
  await firstVisit(page, host);
  const old = await entryOf(page);
  await host.deploy();
  await page.evaluate(async () => {
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys())
        if (/assets\/index-.*\.js$/.test(request.url)) await cache.delete(request);
    }
  });
  await page.reload();
  await expect.poll(() => entryOf(page).catch(() => old)).not.toBe(old);
  await painted(page);
});

test('given a kept file that was cleared, when requested, then it is kept again from the server and available offline', async ({
  page,
  host,
  context,
}) => {
  await firstVisit(page, host);
  const kept = () =>
    page.evaluate(async () => (await (await caches.open((await caches.keys())[0])).keys()).length);
  const all = await kept();
  await page.evaluate(async () => {
    const cache = await caches.open((await caches.keys())[0]);
    for (const request of await cache.keys())
      if (/assets\/(index|WhySection)-.*\.js$/.test(request.url)) await cache.delete(request);
  });
  expect(await kept()).toBeLessThan(all);
  await page.reload();
  await painted(page);
  await expect.poll(kept).toBe(all);
  await context.setOffline(true);
  await page.reload();
  await painted(page);
});

test('given code that is answered with 500 once, or never, when the page is opened, then it says so and loads by itself once the server answers', async ({
  page,
  host,
}) => {
  const entry = /assets\/index-.*\.js$/;
  let asked = 0;
  host.server.fault = (path) => (entry.test(path) && ++asked === 1 ? 500 : null);
  await page.goto(host.address);
  await painted(page);
  expect(asked).toBeGreaterThan(1);

  const other = await page.context().browser()!.newPage();
  host.server.fault = (path) => (entry.test(path) ? 'hang' : null);
  await other.goto(host.address, { waitUntil: 'commit' });
  await expect(other.getByRole('alert')).toContainText('has not arrived within 15 seconds');
  await expect(other.getByRole('button', { name: 'Reload the page' })).toBeVisible();
  // The page looks at the server again by itself; its first look is one of the requests without an answer.
  host.server.fault = () => null;
  await painted(other);
  await other.close();
});

test('given index.html on a disk, when opened, then it says what to do', async ({ page }) => {
  await page.goto(`file://${resolve('dist/index.html')}`);
  await expect(page.getByRole('alert')).toContainText('npm start');
});
