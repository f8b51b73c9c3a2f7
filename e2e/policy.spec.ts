/** The security policy holds in the worker too: a worker obeys the headers of its own script, not those of the page. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test as base, type Page, type Worker } from '@playwright/test';
import { servePlain } from './plain-server.ts';
import { experiment, keepOnly, open, setTiny, state, train } from './support.ts';

const TINY = { backend: 'wasm', train: 32, test: 16, width: 4, epochs: 1, batch: 16, steps: 1 } as const;

/** Another site, which allows every origin to read it. */
const test = base.extend<{ foreign: string }>({
  foreign: async ({}, use) => {
    const server = createServer((_request, response) => {
      const headers = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };
      response.writeHead(200, headers).end('read');
    });
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    await use(`http://localhost:${(server.address() as AddressInfo).port}/`);
    server.close();
  },
});

test.use({ serviceWorkers: 'allow' });

async function engineWorker(page: Page, address: string): Promise<Worker> {
  await open(page, address);
  await experiment(page).getByLabel('Backend').selectOption('wasm');
  await expect(experiment(page).getByText(/self-test passed/)).toBeVisible({ timeout: 120_000 });
  const found = page.workers().find((worker) => /\/worker-[^/]*\.js/.test(worker.url()));
  if (!found) throw new Error(`No engine among ${page.workers().map((w) => w.url())}.`);
  return found;
}

/** Tries what injected code would try, and returns which attempts ran. */
const attempts = (worker: Worker, foreign: string) =>
  worker.evaluate(async (address) => {
    const ran = async (what: () => unknown) => {
      try {
        await what();
        return true;
      } catch {
        return false;
      }
    };
    // The policy does not apply to the debugger's call itself, but does to code that runs after it.
    await new Promise((resolve) => setTimeout(resolve));
    return {
      eval: await ran(() => (0, eval)('1')),
      function: await ran(() => new Function('return 1')()),
      dataImport: await ran(() => import(`data:text/javascript,${'export default 1'}`)),
      blobImport: await ran(() => import(URL.createObjectURL(new Blob(['1'], { type: 'text/javascript' })))),
      foreignFetch: await ran(() => fetch(address)),
    };
  }, foreign);

const REFUSED = { eval: false, function: false, dataImport: false, blobImport: false, foreignFetch: false };

test('given the headers of `npm start`, when the worker tries eval, data: and blob: imports and foreign fetches, then they fail, and two threads train', async ({
  page,
  foreign,
}) => {
  expect(await attempts(await engineWorker(page, '/'), foreign)).toEqual(REFUSED);
  const threads = await page.evaluate(() => (crossOriginIsolated ? navigator.hardwareConcurrency : 1));
  const words = threads > 1 ? /WebAssembly on ([2-9]|\d\d) CPU threads/ : /WebAssembly on 1 CPU thread/;
  await expect(experiment(page).getByText(words)).toBeVisible();
  await keepOnly(page, ['AT']);
  await setTiny(page, TINY);
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 120_000 });
});

test('given a host without headers, when the worker starts, then the service worker adds the policy; without a service worker there is none', async ({
  page,
  foreign,
  browser,
}) => {
  const host = await servePlain('dist');
  try {
    await page.goto(host.address);
    await expect
      .poll(() => page.evaluate(() => crossOriginIsolated).catch(() => false), { timeout: 60_000 })
      .toBe(true);
    expect(await attempts(await engineWorker(page, host.address), foreign)).toEqual(REFUSED);
    // The same attempts succeed without a policy, so that it is the policy that refused them above.
    const bare = await (await browser.newContext({ serviceWorkers: 'block' })).newPage();
    const unguarded = await attempts(await engineWorker(bare, host.address), foreign);
    expect(unguarded).toEqual({
      eval: true,
      function: true,
      dataImport: true,
      blobImport: true,
      foreignFetch: true,
    });
    await bare.context().close();
  } finally {
    await host.close();
  }
});
