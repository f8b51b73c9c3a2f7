import { readFile } from 'node:fs/promises';
import { expect, test } from '@playwright/test';
import { expectAccessible, experiment, keepOnly, open, setNumber, setTiny, state, train } from './support.ts';

for (const colorScheme of ['light', 'dark'] as const)
  test(`given trained models in ${colorScheme}, when other attacks are chosen, then the viewer shows their examples, paths and slices, and axe finds nothing`, async ({
    browser,
  }) => {
    const context = await browser.newContext({ colorScheme });
    const page = await context.newPage();
    await open(page);
    await keepOnly(page, ['AT', 'ARAT']);
    await setTiny(page, { backend: 'wasm', train: 64, test: 16, width: 2, epochs: 1, batch: 16, steps: 1 });
    await train(page);
    await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });

    const see = page.locator('#see');
    const card = see.getByRole('article', { name: 'Adversarial example against ARAT' });
    await expect(see.getByText(/PGD, 20 steps; L∞, ε 8\/255/)).toBeVisible({ timeout: 60_000 });
    await expect(card.getByRole('img', { name: /^Input gradient of the loss/ })).toBeVisible();
    await expect(card.getByRole('img', { name: /^Loss along the attack on ARAT\. Cross/ })).toBeVisible();

    await see.getByText('L2', { exact: true }).click();
    await expect(card.getByText(/measured ‖δ‖₂ = 0\.[45]\d\d \(within ε\)/)).toBeVisible();
    await see.getByRole('switch', { name: 'Loss around the image' }).click();
    await expect(card.getByRole('img', { name: /^Slice of the cross-entropy/ })).toBeVisible();

    await test.step('the slices can be exported, with their models and their colour scale', async () => {
      await page.getByRole('combobox', { name: 'Figure' }).click();
      await page.getByRole('option', { name: 'Loss around the image' }).click();
      const download = page.waitForEvent('download');
      await page.getByRole('button', { name: 'SVG', exact: true }).click();
      const svg = await readFile(await (await download).path(), 'utf8');
      if (process.env.FIGURES)
        await (await download).saveAs(`${process.env.FIGURES}/slices-${colorScheme}.svg`);
      expect(svg.match(/data:image\/png/g)).toHaveLength(2);
      for (const words of ['>AT<', '>ARAT<', 'cross-entropy (nats)', 'L2, ε 0.500'])
        expect(svg).toContain(words);
    });

    await see.getByLabel('Attack', { exact: true }).selectOption('square');
    await see.getByLabel('Queries', { exact: true }).fill('20');
    await expect(see.getByText(/Square, 20 queries; L2, ε 0\.500; .* through its own answers/)).toBeVisible();
    await expect(card.getByRole('img', { name: /^Slice of the cross-entropy/ })).toBeVisible();

    await page.mouse.move(0, 0);
    await expectAccessible(page, '#see');
    await context.close();
  });

test('given a race under way, when the viewer is out of sight, then no further example is requested; when it is scrolled to, then one is', async ({
  page,
}) => {
  await page.addInitScript(() => {
    const asked = { examples: 0 };
    Object.assign(window, { asked });
    // Calls cross as messages that name the method.
    const post = Worker.prototype.postMessage as (...args: unknown[]) => void;
    Worker.prototype.postMessage = function (this: Worker, ...args: unknown[]) {
      const { path } = (args[0] ?? {}) as { path?: string[] };
      if (path?.[0] === 'example') asked.examples++;
      post.apply(this, args);
    };
  });
  const examples = () =>
    page.evaluate(() => (window as unknown as { asked: { examples: number } }).asked.examples);
  await open(page);
  await keepOnly(page, ['AT']);
  await setTiny(page, { backend: 'wasm', train: 64, test: 16, width: 2, epochs: 400, batch: 16, steps: 1 });
  await page.evaluate(() => window.scrollTo(0, 0));
  await train(page);
  // The first example is asked for as soon as there are models.
  await expect(page.locator('#see').getByText(/measured/)).toHaveCount(1, { timeout: 60_000 });
  await expect.poll(examples).toBe(1);
  const epoch = async () =>
    Number(/epoch (\d+)/.exec((await page.getByText(/epoch \d+( of \d+)?, step/).textContent()) ?? '')?.[1]);
  const before = await epoch();
  await expect.poll(epoch, { timeout: 60_000 }).toBeGreaterThan(before + 3);
  expect(await examples()).toBe(1);
  await page.locator('#see').scrollIntoViewIfNeeded();
  await expect.poll(examples, { timeout: 60_000 }).toBeGreaterThan(1);
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(state(page)).toHaveText('Stopped', { timeout: 60_000 });
});

test('given a variant that diverges beside AT, when the race is over, then viewer and stress test say why it has no model, and Export offers the weights of AT alone', async ({
  page,
}) => {
  await open(page);
  await keepOnly(page, ['AT', 'ARAT']);
  await page.getByRole('button', { name: 'Switches of ARAT', exact: true }).click();
  await setNumber(page, 'Invariance weight λ', 1000);
  await experiment(page).getByLabel('Distance', { exact: true }).selectOption('mse');
  await page.getByRole('button', { name: 'Race this variant beside it' }).click();
  await page.getByRole('button', { name: 'Remove ARAT', exact: true }).click();
  await setTiny(page, { backend: 'wasm', train: 128, test: 16, width: 4, epochs: 4, batch: 16, steps: 1 });
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });
  const why = /No model, because its training failed: ARAT.* diverged/;
  const see = page.locator('#see');
  await expect(see.getByRole('article', { name: 'Adversarial example against AT' })).toBeVisible({
    timeout: 60_000,
  });
  await expect(see.getByRole('article', { name: /^ARAT.* has no model$/ })).toContainText(why);

  const judge = page.locator('#judge');
  await judge.getByRole('button', { name: 'Judge the models' }).click();
  await expect(judge.getByText('complete', { exact: true })).toBeVisible({ timeout: 120_000 });
  await expect(judge.getByRole('cell', { name: why })).toHaveCount(1);
  await page.locator('#keep').getByRole('button', { name: 'Weights', exact: true }).click();
  await expect(page.getByRole('menuitem')).toHaveText(['AT']);
});
