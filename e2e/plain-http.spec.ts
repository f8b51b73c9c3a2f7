/** On plain http, as on a LAN address, the page trains without the features that need a secure context. */
import { expect, test } from '@playwright/test';
import { findBrowser, PLAIN_ARGS } from '../scripts/browser.mjs';
import { servePlain, type PlainServer } from './plain-server.ts';
import { keepOnly, open, setTiny, state, train } from './support.ts';

const HOST = 'playground.test';
test.use({
  launchOptions: {
    executablePath: (await findBrowser()) ?? undefined,
    args: [...PLAIN_ARGS, `--host-resolver-rules=MAP ${HOST} 127.0.0.1`],
  },
});

let server: PlainServer;
test.beforeAll(async () => void (server = await servePlain('dist', HOST)));
test.afterAll(() => server.close());

test('given plain http under a name other than localhost, when a visitor trains, shares and copies, then it works as on https', async ({
  page,
}) => {
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  await open(page, server.address);
  const missing = await page.evaluate(() => [
    isSecureContext,
    ...['randomUUID', 'subtle'].map((name) => name in crypto && Reflect.get(crypto, name) !== undefined),
    ...['serviceWorker', 'locks', 'storage', 'clipboard', 'gpu'].map((name) => name in navigator),
    'caches' in window,
  ]);
  expect(missing).toEqual(missing.map(() => false));
  await keepOnly(page, ['AT']);
  await setTiny(page, { backend: 'wasm', train: 64, test: 32, width: 4, epochs: 1, batch: 16, steps: 1 });
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 120_000 });
  const keep = page.locator('#keep');
  const saved = keep.getByRole('rowgroup', { name: 'Saved runs' });
  await expect(saved.getByRole('button', { name: /^Open / })).toHaveCount(1);
  await keep.getByRole('button', { name: 'Make a link' }).click();
  await keep.getByRole('button', { name: 'This project, without the page (Node)' }).click();
  await keep.getByRole('button', { name: 'Copy', exact: true }).last().click();
  await expect(keep.getByRole('button', { name: 'Copied' }).last()).toBeVisible();
  expect(errors).toEqual([]);
});

test('given an error that no code catches, when it comes twice, then the page says so once', async ({
  page,
}) => {
  await page.goto(server.address);
  await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeVisible();
  await page.evaluate(async () => {
    for (let i = 0; i < 2; i++) {
      const heard = new Promise((resolve) =>
        window.addEventListener('unhandledrejection', resolve, { once: true }),
      );
      void Promise.reject(new Error('planted failure'));
      await heard;
    }
  });
  await expect(page.getByText(/Something on this page failed: planted failure/)).toHaveCount(1);
});
