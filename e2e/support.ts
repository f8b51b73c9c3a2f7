/** Helpers of the end-to-end tests, among them a tiny experiment that is set through the fields of the page. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import { expect, type Browser, type Page } from '@playwright/test';
import { UNFOLDED } from './folds.ts';

const SHARED = process.env.ARAT_SHARED ?? '../shared';
export const ARCHIVE = join(SHARED, 'data', 'cifar-10-subset-binary.tar.gz');
export const hasArchive = existsSync(ARCHIVE);

const FOLDS = ['Data', 'Network', 'Attack and measurements', 'Optimiser and schedule', 'Where it runs'];

export const experiment = (page: Page) => page.locator('#experiment');

/** Opens the page with all parts and settings unfolded, also from another address than that of the configuration. */
export async function open(page: Page, address = '/'): Promise<void> {
  await page.addInitScript(({ name, value }) => {
    try {
      if (localStorage.getItem(name) === null) localStorage.setItem(name, value);
    } catch {
      // A page without storage, such as about:blank.
    }
  }, UNFOLDED);
  await page.goto(address);
  await unfold(page);
}

/** Unfolds every part of the experiment. */
export async function unfold(page: Page): Promise<void> {
  for (const name of FOLDS) {
    const fold = experiment(page).getByRole('button', { name, exact: true });
    if ((await fold.getAttribute('aria-expanded')) !== 'true') await fold.click();
  }
}

export async function setNumber(page: Page, label: string, value: number): Promise<void> {
  const field = experiment(page).getByLabel(label, { exact: true });
  await field.fill(String(value));
  await field.blur();
}

export interface Tiny {
  readonly backend: 'wasm' | 'webgpu';
  readonly train: number;
  readonly test: number;
  readonly width: number;
  readonly epochs: number;
  readonly batch: number;
  readonly steps: number;
}

export async function setTiny(page: Page, t: Tiny): Promise<void> {
  await setNumber(page, 'Training images', t.train);
  await setNumber(page, 'Test images', t.test);
  await setNumber(page, 'Test images per epoch', Math.min(t.test, 64));
  await setNumber(page, 'Width', t.width);
  await setNumber(page, 'Epochs', t.epochs);
  await setNumber(page, 'Batch size', t.batch);
  await setNumber(page, 'Training steps', t.steps);
  await setNumber(page, 'Evaluation steps', Math.max(1, t.steps));
  await experiment(page).getByLabel('Backend').selectOption(t.backend);
  await expect(experiment(page).getByText(/self-test passed/)).toBeVisible({ timeout: 120_000 });
}

export const keepOnly = async (page: Page, keep: readonly string[]): Promise<void> => {
  for (const label of ['AT', 'TRADES', 'ARAT', 'ARAT, invariance weight 0'])
    if (!keep.includes(label))
      await page.getByRole('button', { name: `Remove ${label}`, exact: true }).click();
};

export const train = (page: Page) => page.getByRole('button', { name: 'Train', exact: true }).click();
export const state = (page: Page) => page.getByTestId('race-state');

/** Opens the page, keeps these contestants, sets the experiment and presses Train. */
export async function trainTiny(page: Page, contestants: readonly string[], tiny: Tiny): Promise<void> {
  await open(page);
  await keepOnly(page, contestants);
  await setTiny(page, tiny);
  await train(page);
}

/** Starts the whole ensemble on the trained models and waits for its first row. Returns section and report. */
export async function judgeToFirstRow(page: Page) {
  const judge = page.locator('#judge');
  await judge.getByLabel('Attacks', { exact: true }).selectOption('autoattack');
  await judge.getByRole('button', { name: 'Judge the models' }).click();
  const report = judge.getByRole('region', { name: 'Robustness report' });
  await expect(report.getByRole('rowheader', { name: 'Clean' })).toBeVisible({ timeout: 60_000 });
  return { judge, report };
}

/** Rows of the result table: label -> cells. */
export async function results(page: Page): Promise<Map<string, string[]>> {
  const rows = page.getByTestId('result-table').locator('tbody tr');
  const all = await rows.evaluateAll((list) =>
    list.map((tr) => [...tr.children].map((td) => td.textContent ?? '')),
  );
  return new Map(all.map(([label, ...cells]) => [label, cells]));
}

/** Makes a link to the result on the page and opens it in a clean profile; the caller closes the page's context. */
export async function openSharedLink(page: Page, browser: Browser): Promise<Page> {
  await page.getByRole('button', { name: 'Make a link' }).click();
  const link = await page.locator('input[value*="#s="], textarea:has-text("#s=")').first().inputValue();
  const other = await (await browser.newContext()).newPage();
  await other.goto(link);
  await expect(other.getByText('A shared result, read-only')).toBeVisible();
  await expect(other.getByTestId('result-table')).toBeVisible();
  return other;
}

/** Drops files on an element as the browser would. Returns whether the page prevented the browser's own action. */
export async function dropFiles(
  page: Page,
  selector: string,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
): Promise<boolean> {
  const texts = files.map(({ name, bytes }) => ({ name, base64: Buffer.from(bytes).toString('base64') }));
  return page
    .locator(selector)
    .first()
    .evaluate((element, texts) => {
      const dataTransfer = new DataTransfer();
      for (const { name, base64 } of texts)
        dataTransfer.items.add(new File([Uint8Array.from(atob(base64), (c) => c.charCodeAt(0))], name));
      const send = (type: string) =>
        !element.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
      return send('dragover') && send('drop');
    }, texts);
}

/** Waits until nothing on the page moves or fades, except endless animations such as a loader. */
export async function expectStill(page: Page): Promise<void> {
  const moving = () =>
    page.evaluate(
      () =>
        document
          .getAnimations()
          .filter((a) => a.playState === 'running' && a.effect?.getComputedTiming().endTime !== Infinity)
          .length,
    );
  await expect.poll(moving).toBe(0);
}

/** Asserts that axe finds no violation in the page, or in the part that the selector names, once it is still. */
export async function expectAccessible(page: Page, part?: string): Promise<void> {
  await expectStill(page);
  const builder = new AxeBuilder({ page });
  const { violations } = await (part ? builder.include(part) : builder).analyze();
  expect(violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join('; ')}`)).toEqual([]);
}
