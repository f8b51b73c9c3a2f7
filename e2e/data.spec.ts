import { expect, test } from '@playwright/test';
import { experiment, keepOnly, open, setTiny, state, train } from './support.ts';

test('given a download that hangs, when it is cancelled, then the page says so, and names the sources that failed before', async ({
  page,
  context,
}) => {
  await context.route('**/data/cifar10/index.json', (route) => route.fulfill({ status: 404 }));
  await context.route(/huggingface\.co/, () => undefined);
  await open(page);
  await experiment(page).getByLabel('Dataset', { exact: true }).selectOption('cifar10');
  await experiment(page).getByRole('button', { name: 'Load CIFAR-10 now' }).click();
  const notes = experiment(page).getByRole('log', { name: 'Notes on loading data' });
  await expect(notes).toContainText('No CIFAR-10 is hosted beside this page; trying Hugging Face.');
  await experiment(page).getByRole('button', { name: 'Cancel loading' }).click();
  await expect(notes).toContainText('Loading was cancelled');
  await expect(experiment(page).getByRole('button', { name: 'Load CIFAR-10 now' })).toBeEnabled();
  await expect(experiment(page).getByRole('alert')).toHaveCount(0);
});

test('given no source that answers, when data is loaded, then the error fits its box and offers to use a file', async ({
  page,
  context,
}) => {
  await context.route(/huggingface\.co|data\/cifar10/, (route) => route.abort());
  await open(page);
  await experiment(page).getByLabel('Dataset', { exact: true }).selectOption('cifar10');
  await expect(experiment(page).getByText('airplane', { exact: true })).toBeVisible();
  await experiment(page).getByRole('button', { name: 'Load CIFAR-10 now' }).click();
  const alert = experiment(page).getByRole('alert');
  await expect(alert).toContainText('download cifar-10-binary.tar.gz from https://www.cs.toronto.edu');
  expect(
    await alert.evaluate((box) =>
      [...box.querySelectorAll('*')].every((e) => e.scrollWidth <= e.clientWidth + 1),
    ),
  ).toBe(true);
  await alert.getByRole('button', { name: 'Use a downloaded file' }).click();
  await expect(experiment(page).getByText(/^Drop/)).toBeVisible();
});

test('given the page’s security policy, when read, then it allows neither eval nor scripts of other sites', async ({
  page,
}) => {
  await page.goto('/');
  const policy = await page
    .locator('meta[http-equiv="Content-Security-Policy"]')
    .getAttribute('content')
    .then((content) => content ?? '');
  const scripts = policy.split(';').find((part) => part.trim().startsWith('script-src')) ?? '';
  expect(scripts.trim().split(' ').slice(1).sort()).toEqual(["'self'", "'wasm-unsafe-eval'"]);
  const remote = await page
    .locator('script[src], link[rel="stylesheet"]')
    .evaluateAll((all) =>
      all
        .map((e) => new URL((e as HTMLScriptElement).src || (e as HTMLLinkElement).href).origin)
        .filter((origin) => origin !== location.origin),
    );
  expect(remote).toEqual([]);
});

test('given the photographs that come with the page, when chosen, then they load from this site and a race trains on them', async ({
  page,
}) => {
  await open(page);
  await keepOnly(page, ['AT']);
  await setTiny(page, { backend: 'wasm', train: 64, test: 32, width: 4, epochs: 1, batch: 16, steps: 1 });
  await experiment(page).getByLabel('Dataset', { exact: true }).selectOption('embedded');
  for (const name of ['airplane', 'automobile', 'frog', 'horse'])
    await expect(experiment(page).getByRole('checkbox', { name, exact: true })).toBeChecked();
  await experiment(page).getByRole('button', { name: 'Load CIFAR-10 (4 classes) now (5.6 MB)' }).click();
  await expect(experiment(page).getByText(/Tiny Images, 2009/)).toBeVisible();
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 120_000 });
  await expect(page.getByText(/from a JPEG copy/).first()).toBeVisible();
});
