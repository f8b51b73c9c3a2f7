import { expect, test } from '@playwright/test';
import { experiment, keepOnly, open, results, setTiny, state, train } from './support.ts';

test('given WebGPU (a software adapter in tests), when ARAT trains, then the race ends with figures and says where it ran', async ({
  page,
}) => {
  await open(page);
  await keepOnly(page, ['ARAT']);
  await experiment(page).getByLabel('Blocks per stage').selectOption('1');
  await setTiny(page, { backend: 'webgpu', train: 8, test: 4, width: 2, epochs: 1, batch: 4, steps: 1 });
  await expect(experiment(page).getByText(/Runs on .*webgpu/i)).toBeVisible();
  await train(page);
  await expect(state(page)).toHaveText('Complete', { timeout: 280_000 });
  const [clean, robust, n] = (await results(page)).get('ARAT')!;
  expect(parseFloat(clean)).toBeGreaterThanOrEqual(parseFloat(robust));
  expect(n).toBe('4');
});
