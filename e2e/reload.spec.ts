/** What a reload of the tab restores. */
import { expect, test, type Page } from '@playwright/test';
import { records } from '../src/core/data/testing/cifar-records.ts';
import { PART_WORDS } from '../src/ui/idea/words.ts';
import {
  dropFiles,
  experiment,
  keepOnly,
  open,
  setNumber,
  setTiny,
  state,
  train,
  unfold,
} from './support.ts';

const top = (page: Page, id: string) =>
  page.locator(`#${id}`).evaluate((e) => Math.round(e.getBoundingClientRect().top));

test('given changed settings, line-up, backend, parts and section, when the page is reloaded, then all are as they were', async ({
  page,
}) => {
  await open(page);
  await keepOnly(page, ['AT', 'ARAT']);
  await setNumber(page, 'Epochs', 7);
  await experiment(page).getByLabel('Backend').selectOption('wasm');
  await expect(experiment(page).getByText(/self-test passed/)).toBeVisible({ timeout: 120_000 });
  const part = page
    .getByRole('group', { name: 'How ARAT trains' })
    .getByRole('switch', { name: PART_WORDS.splitBn.label });
  await part.click();
  await page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name: 'Why' }).click();
  const before = await top(page, 'why');
  await page.reload();
  await expect(page.getByTestId('result-table')).toBeVisible();
  await expect.poll(async () => Math.abs((await top(page, 'why')) - before)).toBeLessThan(3);
  await expect(part).toHaveAttribute('aria-checked', 'false');
  await unfold(page);
  await expect(experiment(page).getByLabel('Epochs', { exact: true })).toHaveValue('7');
  await expect(experiment(page).getByLabel('Backend')).toHaveValue('wasm');
  await expect(page.getByRole('button', { name: /^Remove / })).toHaveCount(2);

  await test.step('another tab starts with its own settings', async () => {
    const other = await page.context().newPage();
    await open(other);
    await expect(experiment(other).getByLabel('Epochs', { exact: true })).not.toHaveValue('7');
    await other.close();
  });
});

test('given dropped data and a race stopped within its only epoch, when the page is reloaded, then the data are still there and the race goes on from that step', async ({
  page,
}) => {
  const labels = (each: number) => Array.from({ length: 4 * each }, (_, i) => [0, 1, 6, 7][i % 4]);
  await open(page);
  await dropFiles(page, 'main', [
    { name: 'data_batch_1.bin', bytes: records(labels(64)) },
    { name: 'test_batch.bin', bytes: records(labels(8)) },
  ]);
  const provenance = experiment(page).getByText(/256 training and 32 test images/);
  await expect(provenance).toBeVisible({ timeout: 60_000 });
  await test.step('a button uses the fewer images that the files have', async () => {
    await expect(page.locator('#settings-error')).toContainText('these 4 classes have 256');
    await page
      .getByRole('button', { name: 'Use what this data has: 4 classes, 256 training and 32 test images' })
      .click();
    await expect(page.locator('#settings-error')).toHaveCount(0);
  });
  await keepOnly(page, ['ARAT']);
  await setTiny(page, { backend: 'wasm', train: 256, test: 32, width: 4, epochs: 1, batch: 2, steps: 2 });
  await train(page);
  await expect(page.getByText(/epoch 1 of 1, step [1-9]/).first()).toBeVisible({ timeout: 60_000 });
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(state(page)).toHaveText('Stopped', { timeout: 30_000 });
  await page.reload();
  const notice = page.getByTestId('interrupted');
  await expect(notice).toContainText(/ARAT: epoch 1 of 1, step [1-9]\d* of 128/, { timeout: 30_000 });
  const stopped = Number(/step (\d+)/.exec(await notice.innerText())![1]);
  expect(stopped).toBeLessThan(128);
  await unfold(page);
  await expect(provenance).toBeVisible({ timeout: 60_000 });
  // Every step that the page names from now on.
  await page.evaluate(() => {
    const seen: number[] = Reflect.get(window, 'seenSteps') ?? [];
    Reflect.set(window, 'seenSteps', seen);
    new MutationObserver(() => {
      const step = /epoch 1 of 1, step ([\d,]+) of/.exec(document.body.innerText)?.[1];
      if (step && !document.querySelector('[data-testid=interrupted]'))
        seen.push(Number(step.replace(',', '')));
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await notice.getByRole('button', { name: 'Resume' }).click();
  await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });
  const steps = await page.evaluate(() => Reflect.get(window, 'seenSteps') as number[]);
  expect(Math.min(...steps, 128)).toBeGreaterThanOrEqual(stopped);
});
