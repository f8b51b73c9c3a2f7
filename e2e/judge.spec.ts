import { expect, test } from '@playwright/test';
import {
  expectAccessible,
  judgeToFirstRow,
  keepOnly,
  open,
  setTiny,
  state,
  train,
  trainTiny,
} from './support.ts';

test('given trained models, when the quick ensemble judges them, then rows and checks are shown; when stopped half-way, then the report is partial', async ({
  page,
}) => {
  await open(page);
  await keepOnly(page, ['AT', 'ARAT']);
  await setTiny(page, { backend: 'wasm', train: 64, test: 16, width: 2, epochs: 1, batch: 16, steps: 1 });
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });

  const judge = page.locator('#judge');
  await judge.getByLabel('Attacks', { exact: true }).selectOption('quick');
  await expect(judge.getByText(/At most about .* here/)).toBeVisible();
  await judge.getByRole('button', { name: 'Judge the models' }).click();
  const report = judge.getByRole('region', { name: 'Robustness report' });
  await expect(report.getByText('complete', { exact: true })).toBeVisible({ timeout: 240_000 });
  const table = report.getByRole('table', { name: 'Accuracy under each attack, by model' });
  for (const name of ['Clean', 'FGSM', 'PGD-100', 'Quick ensemble (not AutoAttack)', 'after Square'])
    await expect(table.getByRole('rowheader', { name })).toBeVisible();
  await expect(table.getByText(/of 16/).first()).toBeVisible();
  await expect(report.getByTestId('checks')).toContainText('What is checked, and why');
  await expect(report.getByText(/made for/).first()).toBeVisible();

  await test.step('axe finds nothing in the report, light or dark', async () => {
    await report.getByText('What is checked, and why').click();
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ reducedMotion: 'reduce' });
      if (scheme === 'dark') await page.getByRole('button', { name: 'Switch to dark colours' }).click();
      await expectAccessible(page, '#judge');
    }
  });

  await judge.getByLabel('Attacks', { exact: true }).selectOption('autoattack');
  await judge.getByRole('button', { name: 'Judge again' }).click();
  await expect(table.getByRole('rowheader', { name: 'Clean' })).toBeVisible();
  await judge.getByRole('button', { name: 'Pause the report' }).click();
  await expect(judge.getByText('Paused', { exact: true })).toBeVisible();
  await judge.getByRole('button', { name: 'Resume the report' }).click();
  await judge.getByRole('button', { name: 'Stop the report' }).click();
  await expect(report.getByText('partial: stopped before the end')).toBeVisible({ timeout: 60_000 });
});

test('given a stress test, when its worker dies, then its rows become a partial report, the models are restored, and after Train the rows are marked as of earlier models', async ({
  page,
}) => {
  await trainTiny(page, ['AT'], {
    backend: 'wasm',
    train: 64,
    test: 16,
    width: 2,
    epochs: 1,
    batch: 16,
    steps: 1,
  });
  await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });
  const { judge, report } = await judgeToFirstRow(page);
  await judge.getByRole('button', { name: 'Pause the report' }).click();
  await expect(judge.getByText('Paused', { exact: true })).toBeVisible();
  await page.workers()[0].evaluate(
    () =>
      void setTimeout(() => {
        throw new Error('out of memory');
      }),
  );
  await expect(report.getByText('partial: stopped before the end')).toBeVisible();
  await expect(report.getByRole('rowheader', { name: 'Clean' })).toBeVisible();
  await expect(judge.getByText(/The training worker stopped working \(.*out of memory/)).toBeVisible();

  await judge.getByLabel('Attacks', { exact: true }).selectOption('look');
  await judge.getByRole('button', { name: /Judge (the models|again)/ }).click();
  await expect(report.getByText('complete', { exact: true })).toBeVisible({ timeout: 120_000 });
  await train(page);
  await expect(report.getByText('Figures of earlier models')).toBeVisible();
  await expect(report.getByRole('rowheader', { name: 'Clean' })).toBeVisible();
});
