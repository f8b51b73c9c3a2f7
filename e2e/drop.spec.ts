/** Every form in which people have CIFAR is dropped on the page from the disk, and gives the same images. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test, type CDPSession } from '@playwright/test';
import { contentOf } from '../src/core/data/content.ts';
import { Forms, HUNDRED, TEN, type FormFile } from '../src/core/data/testing/form-list.ts';
import { experiment, open } from './support.ts';

const FORMS = 'src/core/data/testing/forms';
const forms = new Forms(async (name) => Uint8Array.from(readFileSync(join(FORMS, name))));
const checksum = (images: typeof TEN) => contentOf({ ...images, classNames: [], provenance: '' });

/** Writes the files below `folder` and returns the paths that a person would drag: folders as a whole. */
function onDisk(folder: string, files: readonly FormFile[]): string[] {
  for (const { name, bytes } of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
  return [...new Set(files.map(({ name }) => join(folder, name.split('/')[0])))];
}

/** A script cannot put folders into a drop; the debugger gives the browser paths, as a file manager does. */
async function drag(browser: CDPSession, paths: readonly string[]): Promise<void> {
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await browser.send('Input.dispatchDragEvent', { type, x: 700, y: 450, data });
}

test('given CIFAR in any form, when its files or folders are dragged from the disk onto the page, then it has the same images and labels each time', async ({
  page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'drop-'));
  const browser = await page.context().newCDPSession(page);
  await open(page);
  const all = [
    ...forms.ten.map((form) => ['CIFAR-10', checksum(TEN), ...form] as const),
    ...forms.hundred.map((form) => ['CIFAR-100', checksum(HUNDRED), ...form] as const),
  ];
  const seen = new Set<string>();
  for (const [i, [title, digest, what, filesOf]] of all.entries())
    await test.step(`${title} as ${what}`, async () => {
      const files = await filesOf();
      await drag(browser, onDisk(join(folder, String(i)), files));
      // Named after the files, which no form before this one had, so that the line is of this drop.
      const names = [...new Set(files.map(({ name }) => name.split('/')[0]))].join(', ');
      expect(seen).not.toContain(`${title} ${names}`);
      seen.add(`${title} ${names}`);
      const line = experiment(page).getByText(new RegExp(`^${title} .*: 4 training and 2 test images`));
      await expect(line).toContainText(`(${names.slice(0, 200)})`);
      await expect(line).toContainText(`CRC-32 ${digest}`);
    });
  expect(seen.size).toBe(all.length);
  rmSync(folder, { recursive: true });
});

test('given data and weights of 2 GB, when chosen or dragged, then a sentence says so at once', async ({
  page,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'large-'));
  const large = (name: string) => {
    writeFileSync(join(folder, name), '');
    truncateSync(join(folder, name), 2e9);
    return join(folder, name);
  };
  const [data, weights] = [large('data_batch_1.bin'), large('huge.safetensors')];
  const browser = await page.context().newCDPSession(page);
  await open(page);
  const alert = experiment(page).getByRole('alert');
  await experiment(page).getByLabel('Dataset', { exact: true }).selectOption('archive');
  await page.getByLabel('CIFAR files', { exact: true }).setInputFiles(data);
  await expect(alert).toContainText('data_batch_1.bin has 2.0 GB, and a file of CIFAR has at most 1 GB');
  await page.getByLabel('Weights as safetensors').first().setInputFiles(weights);
  const refused = page.getByRole('alert').filter({ hasText: 'huge.safetensors: It has 2.0 GB' });
  await expect(refused).toHaveCount(1);
  await drag(browser, [weights]);
  await expect(refused).toHaveCount(2);
  rmSync(folder, { recursive: true });
});
