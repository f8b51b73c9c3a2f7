import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { open } from './support.ts';

const WEIGHTS = join(process.env.ARAT_SHARED ?? '../shared', 'fixtures', 'robust-a', 'model.safetensors');

test('given weights from the official code, when the file is dropped and its questions are answered, then Attack and Stress test use the model without a race', async ({
  page,
}) => {
  test.skip(!existsSync(WEIGHTS), `there is no ${WEIGHTS} (set ARAT_SHARED)`);
  await open(page);
  const base64 = readFileSync(WEIGHTS).toString('base64');
  await page.evaluate((data) => {
    const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], 'robust-a.safetensors'));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, base64);
  const dialog = page.getByRole('dialog', { name: 'Open a model' });
  await expect(dialog).toContainText('width 16, blocks 1, 1, 1, 1, 10 classes', { timeout: 60_000 });
  await dialog.getByRole('button', { name: 'Open the model' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('list', { name: 'Opened models' })).toContainText('robust-a');

  const see = page.locator('#see, #attack').last();
  await expect(see.getByRole('article', { name: 'Adversarial example against robust-a' })).toBeVisible({
    timeout: 120_000,
  });
  const judge = page.locator('#judge, #stress-test').last();
  await judge.getByLabel(/^Test images \(of/).fill('4');
  await judge.getByRole('button', { name: 'Judge the models' }).click();
  const report = judge.getByRole('region', { name: 'Robustness report' });
  await expect(report.getByRole('columnheader', { name: 'robust-a' }).first()).toBeVisible({
    timeout: 60_000,
  });
  await expect(report.getByText('complete', { exact: true })).toBeVisible({ timeout: 120_000 });

  await page.getByRole('button', { name: 'Close robust-a' }).click();
  await expect(page.getByRole('list', { name: 'Opened models' })).toHaveCount(0);
});
