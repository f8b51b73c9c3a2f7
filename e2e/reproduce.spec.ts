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

const read = (file: string): unknown => JSON.parse(readFileSync(`public/recorded/${file}`, 'utf8'));
const INDEX = (read('index.json') as { file: string; title: string }[]).map(({ file, title }) => {
  const { config } = read(file) as { config: { repeats: number; dataset: { source: string } } };
  return { title, seeds: String(config.repeats), ofThePage: config.dataset.source === 'embedded' };
});
// Last those whose images must be brought, since the test goes on with the last one.
const RECORDED = [...INDEX.filter((run) => run.ofThePage), ...INDEX.filter((run) => !run.ofThePage)];
const needed = (page: Page) => page.getByTestId('data-needed');

async function expectEveryWay(page: Page): Promise<void> {
  await expect(needed(page)).toContainText('Drop the files or their folder anywhere on this page');
  for (const name of [
    'Choose CIFAR files',
    'Train on 1,024 photographs of this page (5.6 MB)',
    'Download CIFAR-10 (about 144 MB, about ',
    'Use synthetic shapes',
  ])
    await expect(needed(page).getByRole('button', { name })).toBeVisible();
}

test('given each recorded run, when its settings are loaded, then it can train on the page’s images, or every way to load its data is offered', async ({
  page,
  browser,
}) => {
  for (const { title, seeds, ofThePage } of RECORDED) {
    await page.goto('/');
    const opener = page.getByRole('button', { name: `Open ${title}`, exact: true });
    await opener.click();
    // Until then, the settings of the run shown before it would be loaded.
    await expect(opener).toHaveAttribute('aria-pressed', 'true');
    await page.getByRole('button', { name: 'Load these settings' }).click();
    if (!ofThePage) {
      await expectEveryWay(page);
      continue;
    }
    await expect(experiment(page).getByLabel('Seeds', { exact: true })).toHaveValue(seeds);
    await expect(needed(page)).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Train', exact: true })).toBeEnabled();
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

test('given the file that an imported run needs, when it is chosen beside Train, then the race runs on it', async ({
  page,
}) => {
  test.skip(!hasArchive, `${ARCHIVE} is not here: set ARAT_SHARED.`);
  await open(page);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import JSON' }).click();
  await (await chooser).setFiles('src/core/testing/older-result.json');
  await expect(page.getByText('Saved run', { exact: true })).toBeVisible();
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
