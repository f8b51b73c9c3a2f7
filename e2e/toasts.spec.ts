/** Messages must not cover the controls of a race. */
import { expect, test } from '@playwright/test';
import { experiment, keepOnly, open, setNumber, setTiny, state, train } from './support.ts';

test.use({ contextOptions: { reducedMotion: 'no-preference' } });

test('given a phone and a race, when three messages come, then they cover neither Pause nor Stop, and the text is legible', async ({
  browser,
}) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, colorScheme: 'light' });
  const page = await context.newPage();
  await open(page);
  await keepOnly(page, ['AT']);
  await setTiny(page, { backend: 'wasm', train: 1024, test: 32, width: 4, epochs: 50, batch: 16, steps: 1 });
  await train(page);
  await expect(state(page)).toHaveText('Training', { timeout: 60_000 });
  await page.evaluate(() => {
    for (const words of ['first', 'second', 'third']) void Promise.reject(new Error(`planted ${words}`));
  });
  const toast = page.getByText(/planted third/);
  await expect(toast).toBeVisible();
  // The topmost element at the centre of each button is the button, not a message.
  for (const name of ['Pause', 'Stop']) {
    const button = page.getByRole('button', { name, exact: true });
    expect(
      await button.evaluate((e) => {
        const { left, top, width, height } = e.getBoundingClientRect();
        return e.contains(document.elementFromPoint(left + width / 2, top + height / 2));
      }),
    ).toBe(true);
  }
  const contrast = await toast.evaluate((e) => {
    const light = (colour: string) => {
      const [r, g, b] = colour
        .match(/\d+(\.\d+)?/g)!
        .slice(0, 3)
        .map((x) => Number(x) / 255)
        .map((x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const ground = getComputedStyle(e.closest('[role=alert]')!).backgroundColor;
    const [a, b] = [getComputedStyle(e).color, ground].map(light).sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  });
  expect(contrast).toBeGreaterThanOrEqual(4.5);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(state(page)).toHaveText('Stopped', { timeout: 30_000 });
  await context.close();
});

for (const width of [1440, 390])
  test(`given changed settings at ${width} px, when a run's settings replace them, then a message offers to undo it, covers no button of the race, and the focus stays on the page`, async ({
    page,
  }) => {
    await page.setViewportSize({ width, height: width === 390 ? 844 : 900 });
    await open(page);
    await setNumber(page, 'Epochs', 17);
    await page.getByRole('button', { name: 'Load these settings' }).click();
    const epochs = experiment(page).getByLabel('Epochs', { exact: true });
    await expect(epochs).not.toHaveValue('17');
    const undo = page.getByRole('button', { name: 'Undo', exact: true });
    await expect(undo).toBeVisible();
    const controls = page.getByRole('region', { name: 'Training controls' }).getByRole('button');
    for (const control of await controls.all()) {
      // The bar of a phone scrolls.
      await control.scrollIntoViewIfNeeded();
      expect(
        await control.evaluate((e) => {
          const { left, top, width, height } = e.getBoundingClientRect();
          return e.contains(document.elementFromPoint(left + width / 2, top + height / 2));
        }),
      ).toBe(true);
    }
    await undo.focus();
    await page.keyboard.press('Enter');
    await expect(epochs).toHaveValue('17');
    await expect(undo).toHaveCount(0);
    await expect.poll(() => page.evaluate(() => document.activeElement !== document.body)).toBe(true);
  });
