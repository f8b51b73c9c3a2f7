import { expect, test } from '@playwright/test';
import { LINE_UPS } from '../src/core/experiments/line-ups.ts';
import { experiment, open, results, setTiny, state, train } from './support.ts';

test('given the line-up of the paper’s table, LBGAT and ARREST among it, when it races, then every method ends with figures', async ({
  page,
}) => {
  await open(page);
  await experiment(page).getByLabel('Line-up').selectOption('paper');
  await setTiny(page, { backend: 'wasm', train: 32, test: 16, width: 2, epochs: 3, batch: 16, steps: 1 });
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 240_000 });
  const table = await results(page);
  expect([...table.keys()]).toEqual(LINE_UPS.paper.contestants().map((c) => c.label));
  // The accuracy is a multiple of 1/16, because there are 16 test images.
  const shares = Array.from({ length: 17 }, (_, right) => (right / 16) * 100);
  for (const [clean, robust] of table.values())
    for (const figure of [clean, robust])
      expect(shares.map((s) => `${s.toFixed(1)}\u00a0%`)).toContain(figure);
});
