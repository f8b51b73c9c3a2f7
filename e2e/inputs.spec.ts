/** Input of visitors: numbers, files, keys. */
import { expect, test, type Page } from '@playwright/test';
import { experiment, keepOnly, open, setTiny, state, train } from './support.ts';

const TINY = { backend: 'wasm', train: 64, test: 32, width: 4, epochs: 1, batch: 16, steps: 1 } as const;

test('given numbers pasted into fields, when read, then the race uses the numbers shown, or the field names the allowed range', async ({
  page,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page);
  const paste = async (label: string, text: string) => {
    const field = experiment(page)
      .getByRole('listitem')
      .getByLabel(label, { exact: true })
      .filter({ visible: true });
    await page.evaluate((t) => navigator.clipboard.writeText(t), text);
    await field.click({ clickCount: 3 });
    await page.keyboard.press('Control+V');
    return field;
  };
  const variant = page.getByRole('button', { name: 'Race this variant beside it' });
  const race = experiment(page).getByRole('list', { name: 'Contestants' });

  await keepOnly(page, ['TRADES', 'ARAT']);
  await page.getByRole('button', { name: 'Switches of ARAT', exact: true }).click();
  await expect(await paste('Invariance weight λ', '30.0')).toHaveValue('30.0');
  await variant.click();
  await expect(race.getByText('ARAT, invariance weight 30', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Switches of ARAT', exact: true }).click();

  await page.getByRole('button', { name: 'Switches of TRADES', exact: true }).click();
  await paste('β', '2.50');
  await variant.click();
  await expect(race.getByText('TRADES, β 2.5', { exact: true })).toBeVisible();

  const beta = await paste('β', '1000');
  await expect(beta).toHaveAttribute('aria-invalid', 'true');
  await expect(race.getByText('Allowed: a number from 0 to 100. 6 is still used.')).toBeVisible();
  await beta.blur();
  await expect(beta).toHaveValue('100');
  await expect(race.getByText('“1000” is not a number from 0 to 100: 100 is used.')).toBeVisible();
  await paste('β', 'six');
  await expect(beta).toHaveAttribute('aria-invalid', 'true');
  await beta.blur();
  await expect(beta).toHaveValue('100');

  await experiment(page).getByRole('button', { name: 'Add a method' }).click();
  await page.getByRole('menuitem', { name: 'ARAT+SWA' }).click();
  await page.getByRole('button', { name: 'Switches of ARAT+SWA', exact: true }).click();
  await paste('Average from', '0.75');
  await variant.filter({ visible: true }).last().click();
  await expect(race.getByText('ARAT+SWA, averaged from 75 %', { exact: true })).toBeVisible();
});

test('given the same file, when chosen twice in a row, then it is read twice', async ({ page }) => {
  await open(page);
  const choose = async (
    button: string,
    file: string | { name: string; mimeType: string; buffer: Buffer },
  ) => {
    const chooser = page.waitForEvent('filechooser');
    await page.getByRole('button', { name: button }).click();
    await (await chooser).setFiles(file);
  };
  const saved = page.getByRole('rowgroup', { name: 'Saved runs' }).getByRole('button', { name: /^Delete / });
  for (let i = 0; i < 2; i++) {
    await choose('Import JSON', 'public/recorded/quick-race.json');
    await expect(saved).toHaveCount(1);
    await saved.click();
    await expect(saved).toHaveCount(0);
  }
  await experiment(page).getByLabel('Dataset', { exact: true }).selectOption('archive');
  const bad = { name: 'holiday.bin', mimeType: 'application/octet-stream', buffer: Buffer.from('no images') };
  const alert = experiment(page).getByRole('alert');
  await choose('Choose files', bad);
  await expect(alert).toContainText('holiday.bin');
  await alert.evaluate((element) => element.setAttribute('data-old', ''));
  await choose('Choose files', bad);
  await expect(page.locator('[data-old]')).toHaveCount(0);
  await expect(alert).toContainText('holiday.bin');
});

/** Drops a file on an element as the browser would. Returns whether the page prevented the browser's own action. */
const drop = (page: Page, selector: string, name: string, content: string) =>
  page
    .locator(selector)
    .first()
    .evaluate(
      (element, [name, content]) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([content], name));
        const send = (type: string) =>
          !element.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }));
        return send('dragover') && send('drop');
      },
      [name, content],
    );

test('given files, when dropped anywhere, then a result is imported, data is loaded, and for others a sentence says what can be dropped', async ({
  page,
}) => {
  const { readFile } = await import('node:fs/promises');
  await open(page);
  const result = await readFile('public/recorded/quick-race.json', 'utf8');
  expect(await drop(page, 'footer', 'quick-race.json', result)).toBe(true);
  await expect(
    page.getByRole('rowgroup', { name: 'Saved runs' }).getByRole('button', { name: /^Open / }),
  ).toHaveCount(1);
  expect(await drop(page, 'h1', 'holiday.png', 'x')).toBe(true);
  await expect(page.getByText(/“holiday.png” cannot be used here: drop CIFAR-10 or CIFAR-100/)).toBeVisible();
  expect(await drop(page, '#race', 'holiday.bin', 'no images')).toBe(true);
  await expect(experiment(page).getByLabel('Dataset', { exact: true })).toHaveValue('archive');
  await expect(experiment(page).getByRole('alert')).toContainText('holiday.bin');
  await expect(page.locator('.drop-note')).toHaveCount(0);
});

/** Disabled controls that lose the focus, and disabled controls without a reason. */
const silent = (page: Page) =>
  page.locator('button, input, select, textarea, [role], option').evaluateAll((all) =>
    all
      .filter((e) => e.matches(':disabled') || e.getAttribute('aria-disabled') === 'true')
      .filter((e) => {
        const described = (e.getAttribute('aria-describedby') ?? '')
          .split(' ')
          .map((id) => document.getElementById(id)?.textContent ?? '')
          .join(' ');
        const reason = e.getAttribute('data-reason') ?? '';
        const told = e.hasAttribute('aria-describedby')
          ? described
          : (e.getAttribute('aria-description') ?? '');
        return e.matches(':disabled') || reason.length < 10 || !told.includes(reason);
      })
      .map((e) => `${e.tagName} ${e.getAttribute('aria-label') ?? e.textContent ?? ''} ${e.id}`),
  );
const disabled = (page: Page) => page.locator('[aria-disabled=true]');

test('given the page before, during and after a race, when controls are disabled, then each gives its reason to pointer, keyboard and screen reader', async ({
  page,
}) => {
  await open(page);
  await page.getByRole('button', { name: 'Switches of ARAT', exact: true }).click();
  await expect(page.locator('#keep').getByRole('heading', { name: 'Share' })).toBeVisible();
  expect(await disabled(page).count()).toBeGreaterThan(10);
  expect(await silent(page)).toEqual([]);

  await test.step('the reason is shown on hover and on keyboard focus', async () => {
    const tip = page.getByTestId('reason-tip');
    const variant = page.getByRole('button', { name: 'Change a switch to race a variant' });
    await variant.hover();
    await expect(tip).toHaveText('Change a switch above first.');
    await expect(variant).toHaveAccessibleDescription('Change a switch above first.');
    await page.mouse.move(0, 0);
    await page.locator('#see').getByRole('switch', { name: 'Loss around the image' }).focus();
    await expect(tip).toContainText('press Train');
    await page.keyboard.press('Space');
    await expect(page.locator('#see').getByRole('switch')).not.toBeChecked();
  });

  await keepOnly(page, ['ARAT']);
  await expect(page.getByRole('button', { name: 'Remove ARAT', exact: true })).toHaveAccessibleDescription(
    'A race needs at least one contestant.',
  );
  await setTiny(page, { ...TINY, train: 1024, epochs: 50 });
  await train(page);
  await expect(state(page)).toHaveText('Training', { timeout: 60_000 });
  const width = experiment(page).getByLabel('Width', { exact: true });
  await expect(width).toHaveAccessibleDescription(/A race is running/);
  expect(await disabled(page).count()).toBeGreaterThan(30);
  expect(await silent(page)).toEqual([]);
  await experiment(page).getByText('Standard', { exact: true }).click({ force: true });
  await width.focus();
  await page.keyboard.press('ArrowUp');
  await expect(width).toHaveValue('4');

  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(state(page)).toHaveText('Stopped', { timeout: 30_000 });
  expect(await silent(page)).toEqual([]);
  await expect(width).toHaveValue('4');
  await page.locator('#judge').getByRole('button', { name: 'Judge the models' }).click();
  await expect(page.getByRole('button', { name: 'Stop the report' })).toBeVisible();
  expect(await silent(page)).toEqual([]);
});

/** Label or text of the element that has the focus; null for the body. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const at = document.activeElement;
    return at === null || at === document.body
      ? null
      : (at.getAttribute('aria-label') ?? at.textContent?.trim());
  });

test('given only a keyboard, when controls remove, replace or disable themselves, then the focus goes to a control nearby', async ({
  page,
}) => {
  await open(page);
  const press = async (name: string | RegExp, key = 'Enter') => {
    await page.getByRole('button', { name, exact: true }).first().focus();
    await page.keyboard.press(key);
  };
  await press('Remove TRADES');
  await expect.poll(() => focused(page)).toBe('Switches of ARAT');
  await press('Undo: bring back TRADES');
  await expect.poll(() => focused(page)).toMatch(/TRADES|Add a method|Your own loss/);
  await press('Switches of ARAT');
  await experiment(page).getByRole('switch', { name: 'Predictor' }).focus();
  await page.keyboard.press('Space');
  await press('Race this variant beside it');
  await expect.poll(() => focused(page)).toMatch(/variant/);
  await experiment(page).getByLabel('Line-up').selectOption('ladder');
  await press('Undo: bring back the former contestants');
  await expect.poll(() => focused(page)).not.toBeNull();
  await press('Add a method');
  await page.getByRole('menuitem', { name: 'MART' }).press('Enter');
  await expect.poll(() => focused(page)).toBe('Add a method');

  await keepOnly(page, ['none']);
  for (const label of ['ARAT, no predictor']) await press(`Remove ${label}`);
  await setTiny(page, { ...TINY, train: 1024, epochs: 50 });
  await press('Train');
  await expect.poll(() => focused(page)).toBe('Pause');
  await expect(state(page)).toHaveText('Training', { timeout: 60_000 });
  await press('Pause');
  await expect(state(page)).toHaveText('Paused');
  await expect.poll(() => focused(page)).toBe('Resume');
  await press('Resume');
  await expect.poll(() => focused(page)).toBe('Pause');
  await press('Stop');
  await expect(state(page)).toHaveText('Stopped', { timeout: 30_000 });
  await expect.poll(() => focused(page)).toBe('Train');
  await press('Judge the models');
  await expect.poll(() => focused(page)).toBe('Pause the report');
  await press('Stop the report');
  await expect(page.getByText('partial: stopped before the end')).toBeVisible({ timeout: 60_000 });
  await expect.poll(() => focused(page)).toMatch(/Judge|report/);
  await press('Discard');
  const question = page.getByRole('dialog', { name: 'Discard the unfinished race?' });
  await question.getByRole('button', { name: 'Discard', exact: true }).press('Enter');
  await expect(question).toBeHidden();
  await expect.poll(() => focused(page)).not.toBeNull();
  await press(/^Delete /);
  await expect.poll(() => focused(page)).not.toBeNull();
  await press('Undo');
  await expect.poll(() => focused(page)).not.toBeNull();
});
