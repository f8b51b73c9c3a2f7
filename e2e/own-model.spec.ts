import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { parameterShapes } from '../src/core/nn/architecture.ts';
import { writeSafetensors } from '../src/core/nn/safetensors.ts';
import { expectAccessible, keepOnly, open, openSharedLink, setTiny, state, train } from './support.ts';

const WEIGHTS = join(process.env.ARAT_SHARED ?? '../shared', 'fixtures', 'robust-a', 'model.safetensors');

async function drop(page: Page, file: Uint8Array, fileName: string): Promise<void> {
  await page.evaluate(
    ([data, name]) => {
      const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name));
      window.dispatchEvent(
        new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }),
      );
    },
    [Buffer.from(file).toString('base64'), fileName] as const,
  );
}

/** A file with a network of width 4 for four classes, as the page exports it. */
function smallWeights(): Uint8Array {
  const network = { width: 4, blocks: [1, 1, 1], classes: 4, splitBn: false };
  const tensors = [...parameterShapes(network)].map(([name, shape], place) => {
    const size = shape.reduce((a, b) => a * b, 1);
    const one = name.endsWith('running_var') || /bn\d\.weight$/.test(name);
    const data = Float32Array.from({ length: size }, (_, i) => (one ? 1 : Math.sin(i + place) / 4));
    return [name, { shape, data }] as const;
  });
  const architecture = JSON.stringify({ ...network, stemStride: 2, inputScale: 4 });
  return writeSafetensors(new Map(tensors), { format: 'pt', architecture });
}

test('given an opened model, when training starts from it, then the race runs, and its link asks for the file before Reproduce', async ({
  page,
  browser,
}) => {
  await open(page);
  await setTiny(page, { backend: 'wasm', train: 32, test: 16, width: 8, epochs: 1, batch: 16, steps: 1 });
  await drop(page, smallWeights(), 'small.safetensors');
  const dialog = page.getByRole('dialog', { name: 'Open a model' });
  await dialog.getByRole('button', { name: 'Open the model' }).click();
  await page.getByRole('button', { name: 'Train from this model: small' }).click();
  const start = page.getByRole('group', { name: 'Start of training' });
  await expect(start).toContainText('Training starts from the weights in small.safetensors');
  await expect(page.getByLabel('Width', { exact: true })).toHaveValue('4');
  await keepOnly(page, ['AT']);
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });

  const other = await openSharedLink(page, browser);
  await other.getByRole('button', { name: /^Reproduce/ }).click();
  await expect(other.getByRole('group', { name: 'Start of training' })).toContainText(
    'not part of a link: open that file to train.',
  );
  const button = other.getByRole('button', { name: 'Train', exact: true });
  await expect(button).toHaveAttribute('aria-disabled', 'true');
  await drop(other, smallWeights(), 'renamed.safetensors');
  await other.getByRole('dialog').getByRole('button', { name: 'Open the model' }).click();
  await expect(button).not.toHaveAttribute('aria-disabled', 'true');
  await other.context().close();
});

test('given weights from the official code, when the file is dropped and its questions are answered, then Attack and Stress test use the model without a race', async ({
  page,
}) => {
  test.skip(!existsSync(WEIGHTS), `there is no ${WEIGHTS} (set ARAT_SHARED)`);
  await open(page);
  await drop(page, readFileSync(WEIGHTS), 'robust-a.safetensors');
  const dialog = page.getByRole('dialog', { name: 'Open a model' });
  await expect(dialog).toContainText('width 16, blocks 1, 1, 1, 1, 10 classes', { timeout: 60_000 });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await expectAccessible(page);
  }
  await dialog.getByRole('button', { name: 'Open the model' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('list', { name: 'Opened models' })).toContainText('robust-a');

  const see = page.locator('#see, #attack').last();
  await expect(see.getByRole('article', { name: 'Adversarial example against robust-a' })).toBeVisible({
    timeout: 120_000,
  });
  const among = 'robust-a tells 10 classes apart; it answers among the 4 classes of these images';
  await expect(see.getByText(among)).toBeVisible();
  const judge = page.locator('#judge, #stress-test').last();
  await judge.getByLabel(/^Test images \(of/).fill('4');
  await judge.getByRole('button', { name: 'Judge the models' }).click();
  const report = judge.getByRole('region', { name: 'Robustness report' });
  await expect(report.getByRole('columnheader', { name: 'robust-a' }).first()).toBeVisible({
    timeout: 60_000,
  });
  await expect(report.getByText('complete', { exact: true })).toBeVisible({ timeout: 120_000 });
  await expect(report.getByText(/robust-a has 10 outputs: those for classes other than/)).toBeVisible();

  await page.getByRole('button', { name: 'Close robust-a' }).click();
  await expect(page.getByRole('list', { name: 'Opened models' })).toHaveCount(0);
});
