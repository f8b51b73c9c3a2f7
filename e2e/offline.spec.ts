import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test as base, type Page } from '@playwright/test';
import { servePlain } from './plain-server.ts';
import { experiment, keepOnly, open, results, setTiny, state, train } from './support.ts';

interface Host {
  readonly address: string;
  /** Puts a new version beside the old one's address. */
  deploy(): Promise<void>;
}

const test = base.extend<{ host: Host }>({
  // Playwright reads the fixtures that are used from a destructured first parameter.

  host: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'arat-host-'));
    await cp('dist', folder, { recursive: true });
    const server = await servePlain(folder);
    await use({ address: server.address, deploy: () => appendFile(join(folder, 'sw.js'), '\n// newer') });
    await server.close();
    await rm(folder, { recursive: true, force: true });
  },
});

const isolated = (page: Page) => page.evaluate(() => globalThis.crossOriginIsolated).catch(() => false);
const painted = (page: Page) => expect(page.getByTestId('result-table')).toBeVisible();
const SMALL = { backend: 'wasm', train: 64, test: 32, width: 4, epochs: 1, batch: 16, steps: 1 } as const;

/** Counts loads of the page itself. */
function countLoads(page: Page): () => number {
  let loads = 0;
  page.on('domcontentloaded', () => loads++);
  return () => loads;
}

test('given a host without headers, when the page was opened once, then it is isolated, and works offline on WASM threads', async ({
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

  await test.step('without a network, the recorded run is painted and a race trains', async () => {
    await context.setOffline(true);
    await page.reload();
    await painted(page);
    expect(await isolated(page)).toBe(true);
    await open(page, host.address);
    await keepOnly(page, ['AT']);
    await setTiny(page, SMALL);
    await expect(experiment(page).getByText(/WebAssembly on \d+ CPU thread/)).toBeVisible();
    await train(page);
    await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });
    expect([...(await results(page)).keys()]).toEqual(['AT']);
  });
  expect(complaints).toEqual([]);
});

test('given a newer version on the host, then it is offered, and used only when asked', async ({
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
  await expect(use).toBeVisible();
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
  test('then the page works with one thread, says so, and does not reload', async ({ page, host }) => {
    const loads = countLoads(page);
    await open(page, host.address);
    await painted(page);
    await setTiny(page, SMALL);
    await expect(experiment(page).getByText(/WebAssembly on 1 CPU thread /)).toBeVisible();
    expect([await isolated(page), loads()]).toEqual([false, 1]);
  });
});
