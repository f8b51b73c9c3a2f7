import { expect, test } from '@playwright/test';
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
  const methods = ['AT', 'TRADES', 'MART', 'LBGAT', 'LBGAT, β 0', 'ARREST', 'ARAT', 'ARAT+SWA'];
  expect([...table.keys()]).toEqual(methods);
  for (const [clean, robust] of table.values()) {
    expect(parseFloat(clean)).toBeGreaterThanOrEqual(0);
    expect(parseFloat(robust)).toBeLessThanOrEqual(100);
  }
});
