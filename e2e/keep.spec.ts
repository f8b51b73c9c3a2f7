import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { Uint8ArrayReader, ZipReader } from '@zip.js/zip.js';
import { open, results } from './support.ts';

test('given two imported runs, when both are deleted, then each can be brought back', async ({ page }) => {
  await open(page);
  const saved = page.getByRole('rowgroup', { name: 'Saved runs' });
  const deleteButtons = saved.getByRole('button', { name: /^Delete / });
  for (const [i, file] of [
    'src/core/testing/older-result.json',
    'public/recorded/quick-race.json',
  ].entries()) {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: 'Import JSON' }).click();
    await (await chooser).setFiles(file);
    await expect(deleteButtons).toHaveCount(i + 1);
  }
  const names = await deleteButtons.evaluateAll((buttons) =>
    buttons.map((b) => b.getAttribute('aria-label')),
  );
  await deleteButtons.first().click();
  await expect(deleteButtons).toHaveCount(1);
  await deleteButtons.first().click();
  await expect(deleteButtons).toHaveCount(0);
  const undo = page.getByRole('button', { name: 'Undo', exact: true });
  await expect(undo).toHaveCount(2);
  await undo.first().click();
  await expect(undo).toHaveCount(1);
  await undo.first().click();
  await expect(undo).toHaveCount(0);
  await expect(deleteButtons).toHaveCount(2);
  const back = await deleteButtons.evaluateAll((buttons) => buttons.map((b) => b.getAttribute('aria-label')));
  expect(new Set(back)).toEqual(new Set(names));
});

test('given twelve saved runs, when the page is open, then the newest ten are listed, and on request all', async ({
  page,
}) => {
  await open(page);
  const recorded = JSON.parse(await readFile('src/core/testing/older-result.json', 'utf8')) as object;
  const files = Array.from({ length: 12 }, (_, i) => ({
    name: `run-${i}.json`,
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify({ ...recorded, finishedAt: `2026-01-${10 + i}T12:00:00.000Z` })),
  }));
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import JSON' }).click();
  await (await chooser).setFiles(files);
  const rows = page.getByRole('rowgroup', { name: 'Saved runs' }).getByRole('button', { name: /^Open / });
  const all = page.getByRole('button', { name: 'Show all 12 runs' });
  await expect(all).toBeVisible();
  await expect(rows).toHaveCount(10);
  await all.click();
  await expect(rows).toHaveCount(12);
  await page.getByRole('button', { name: 'Show the newest 10' }).click();
  await expect(rows).toHaveCount(10);
});

test('given the settings on screen, when the archive for a cluster is requested, then it downloads', async ({
  page,
}) => {
  await open(page);
  await page.getByRole('button', { name: 'A cluster: PyTorch under torchrun' }).click();
  const command = page.getByLabel('Command line for a cluster');
  await expect(command).toContainText('-m scale.train experiment.json');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download arat-experiment.zip' }).click();
  const file = await (await download).path();
  const files = await new ZipReader(new Uint8ArrayReader(await readFile(file))).getEntries();
  const names = files.map(({ filename }) => filename);
  for (const name of [
    'README.md',
    'experiment.json',
    'requirements.txt',
    'scale/train.py',
    'scale/config-schema.json',
  ])
    expect(names).toContain(`arat-experiment/${name}`);
});

test('given a sweep of 4 contestants and 2 seeds merged by scale/, when it is imported, then it opens with all its runs', async ({
  page,
}) => {
  await open(page);
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Import JSON' }).click();
  await (await chooser).setFiles('e2e/merged-sweep.json');
  await expect(
    page.getByRole('rowgroup', { name: 'Saved runs' }).getByRole('button', { name: /^Delete / }),
  ).toHaveCount(1);
  const rows = await results(page);
  expect([...rows.keys()].map((label) => label.trim())).toEqual(
    expect.arrayContaining(['AT', 'TRADES', 'ARAT']),
  );
  expect(rows.size).toBe(4);
  await expect(page.getByText(/PyTorch 1\.13\S* on 1 process/).first()).toBeVisible();
});
