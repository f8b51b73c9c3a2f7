/** A loss of one's own: written, mended, raced, shared, and raced again by who opens the link. */
import { expect, test } from '@playwright/test';
import {
  experiment,
  expectAccessible,
  keepOnly,
  open,
  openSharedLink,
  results,
  setTiny,
  state,
  train,
} from './support.ts';

test('given a formula with a fault, when it is mended and raced, then its link opens read-only and Reproduce races it', async ({
  page,
  browser,
}) => {
  await open(page);
  await setTiny(page, { backend: 'wasm', train: 32, test: 16, width: 2, epochs: 1, batch: 16, steps: 1 });
  const button = experiment(page).getByRole('button', { name: 'Your own loss' });
  await button.focus();
  await page.keyboard.press('Enter');
  const editor = experiment(page).getByRole('region', { name: 'Your own loss' });
  const second = editor.getByLabel(/^Second term/);
  await expect(editor.getByTestId('own-method-summary').locator('math')).toHaveCount(3);

  await test.step('a fault is named at its character, and the method waits', async () => {
    await second.fill("2 * mean(kl(f(x), z(x')))");
    const sentence = "Character 19: kl expects logits as its second argument, and z(x') is features.";
    await expect(editor.getByText(sentence)).toBeVisible();
    await expect(second).toHaveAttribute('aria-invalid', 'true');
    await expect(editor.getByRole('button', { name: 'Race it' })).toHaveAttribute('aria-disabled', 'true');
    await expect(editor.locator('math')).toHaveCount(0);
    await editor.getByRole('button', { name: 'Go to character 19 of the second term' }).click();
    const selected = await second.evaluate((e: HTMLTextAreaElement) =>
      e.value.slice(e.selectionStart, e.selectionEnd),
    );
    expect(selected).toBe("z(x')");
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await expectAccessible(page);
    }
  });

  await page.keyboard.type("f(x')");
  await expect(second).toHaveValue("2 * mean(kl(f(x), f(x')))");
  await expect(editor.getByText(/^Character/)).toHaveCount(0);
  await editor.getByLabel('Name in the race').fill('My loss');
  await editor.getByRole('button', { name: 'Race it' }).click();
  await keepOnly(page, ['AT']);
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 180_000 });
  const table = await results(page);
  expect([...table.keys()]).toEqual(['AT', 'My loss']);

  await test.step('it is changed in place, under the same name, and can be removed and brought back', async () => {
    await experiment(page).getByRole('button', { name: 'Edit the formulas of My loss' }).click();
    await expect(editor).toBeFocused();
    await expect(second).toHaveValue("2 * mean(kl(f(x), f(x')))");
    const change = editor.getByRole('button', { name: 'Change My loss' });
    await expect(change).toHaveAttribute('aria-disabled', 'true');
    await second.fill("3 * mean(kl(f(x), f(x')))");
    await change.click();
    const contestants = experiment(page).getByRole('list', { name: 'Contestants', exact: true });
    await expect(contestants.getByRole('listitem')).toHaveCount(2);
    await experiment(page).getByRole('button', { name: 'Remove My loss' }).click();
    await experiment(page).getByRole('button', { name: 'Undo: bring back My loss' }).click();
    await experiment(page).getByRole('button', { name: 'Edit the formulas of My loss' }).click();
    await expect(second).toHaveValue("3 * mean(kl(f(x), f(x')))");
  });

  const other = await openSharedLink(page, browser);
  expect([...(await results(other)).keys()]).toEqual(['AT', 'My loss']);
  await other.getByRole('button', { name: /^Reproduce/ }).click();
  await experiment(other).getByRole('button', { name: 'Where it runs' }).click();
  await experiment(other).getByLabel('Backend').selectOption('wasm');
  await expect(experiment(other).getByText(/self-test passed/)).toBeVisible({ timeout: 120_000 });
  await train(other);
  await expect(state(other)).toHaveText('Complete', { timeout: 180_000 });
  expect(await results(other)).toEqual(table);
  await other.context().close();
});
