/** Reproducing another person's run: the page offers ways to load the data that it needs. */
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from '@playwright/test';
import {
  ARCHIVE,
  experiment,
  hasArchive,
  keepOnly,
  open,
  openSharedLink,
  setTiny,
  state,
  train,
} from './support.ts';

const INDEX = JSON.parse(readFileSync('public/recorded/index.json', 'utf8')) as { title: string }[];
const needed = (page: Page) => page.getByTestId('data-needed');

async function expectEveryWay(page: Page): Promise<void> {
  await expect(needed(page)).toContainText('Drop the files or their folder anywhere on this page');
  for (const name of [
    'Choose CIFAR files',
    'Train on 1,024 photographs of this page (5.6 MB)',
    'Download CIFAR-10 (about 144 MB)',
    'Use synthetic shapes',
  ])
    await expect(needed(page).getByRole('button', { name })).toBeVisible();
}

test('given each recorded run, when its settings are loaded without its data, then every way to load data is offered', async ({
  page,
  browser,
}) => {
  for (const { title } of INDEX) {
    await page.goto('/');
    await page.getByRole('button', { name: title, exact: true }).click();
    await page.getByRole('button', { name: 'Load these settings' }).click();
    await expectEveryWay(page);
  }

  await test.step('Train and a shared link offer the same', async () => {
    await train(page);
    await expectEveryWay(page);
    await expect(page.getByText('The race ended with an error')).toHaveCount(0);
    const other = await openSharedLink(page, browser);
    await other.getByRole('button', { name: /^Reproduce/ }).click();
    await expectEveryWay(other);
    await other.context().close();
  });

  await test.step('it trains on the page’s photographs of the same classes', async () => {
    await needed(page)
      .getByRole('button', { name: /^Train on 1,024 photographs of this page/ })
      .click();
    await expect(needed(page)).toHaveCount(0);
    await train(page);
    await expect(state(page)).toHaveText('Training', { timeout: 120_000 });
  });
});

test('given the file that a recorded run needs, when it is chosen beside Train, then the race runs on it', async ({
  page,
}) => {
  test.skip(!hasArchive, `${ARCHIVE} is not here: set ARAT_SHARED.`);
  await open(page);
  await page.getByRole('button', { name: 'Load these settings' }).click();
  await expectEveryWay(page);
  await needed(page).locator('input[type=file]').setInputFiles(ARCHIVE);
  await expect(experiment(page).getByText(/10,000 training and 2,000 test images/)).toBeVisible({
    timeout: 120_000,
  });
  await expect(needed(page)).toHaveCount(0);
  await keepOnly(page, ['AT']);
  await setTiny(page, { backend: 'wasm', train: 64, test: 32, width: 4, epochs: 1, batch: 16, steps: 1 });
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 120_000 });
});
