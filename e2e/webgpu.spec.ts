import { expect, test } from '@playwright/test';
import { findBrowser, WEBGPU_ARGS } from '../scripts/browser.mjs';
import {
  ARCHIVE,
  experiment,
  hasArchive,
  keepOnly,
  open,
  results,
  setTiny,
  state,
  train,
} from './support.ts';

test.use({ launchOptions: { executablePath: (await findBrowser()) ?? undefined, args: WEBGPU_ARGS } });

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

test.describe('with requests that the test answers', () => {
  test('given an adapter that passes for a GPU, when ARAT trains, then programs are compiled first and the page counts them', async ({
    page,
  }) => {
    // Programs are compiled in advance only on GPUs, so that the software adapter is given the name of one.
    const renamed = Object.entries({ vendor: 'tests', architecture: '', device: '', description: '' })
      .map(
        ([name, value]) =>
          `Object.defineProperty(GPUAdapterInfo.prototype, '${name}', { value: '${value}' });`,
      )
      .concat("Object.defineProperty(GPUAdapterInfo.prototype, 'isFallbackAdapter', { value: false });");
    await page.route('**/assets/worker-*.js', async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, body: `${renamed.join('\n')}\n${await response.text()}` });
    });
    await open(page);
    await keepOnly(page, ['ARAT']);
    await experiment(page).getByLabel('Blocks per stage').selectOption('1');
    await setTiny(page, { backend: 'webgpu', train: 8, test: 4, width: 2, epochs: 1, batch: 4, steps: 1 });
    await expect(experiment(page).getByText('Runs on WebGPU on tests')).toBeVisible();
    await page.evaluate(() => {
      const seen: string[] = ((globalThis as unknown as { seen: string[] }).seen = []);
      new MutationObserver(() => {
        const [said] = /Compiling GPU programs: \d+ of \d+/.exec(document.body.innerText) ?? [];
        if (said && seen.at(-1) !== said) seen.push(said);
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
    await train(page);
    await expect(state(page)).toHaveText('Complete', { timeout: 280_000 });
    const seen = await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
    const counts = seen.map((said) => said.match(/\d+/g)!.map(Number));
    const [, total] = counts[0];
    expect(total).toBeGreaterThan(50);
    expect(counts.every(([done, of], i) => of === total && (i === 0 || done > counts[i - 1][0]))).toBe(true);
    expect(counts.length).toBeGreaterThan(3);
    expect((await results(page)).get('ARAT')![2]).toBe('4');
  });

  test('given real CIFAR-10 images from a dropped archive on WebGPU, when AT trains, then accuracy rises above chance', async ({
    page,
  }) => {
    test.skip(
      !process.env.ARAT_LONG,
      'Runs at length only, with ARAT_LONG=1: a minute on a software adapter.',
    );
    test.skip(!hasArchive, `${ARCHIVE} is not here: set ARAT_SHARED.`);
    await page.route('**/dropped-archive', (route) => route.fulfill({ path: ARCHIVE }));
    await open(page);
    await keepOnly(page, ['AT']);
    await experiment(page).getByLabel('Dataset', { exact: true }).selectOption('archive');
    const dropped = await page.evaluateHandle(async () => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([await (await fetch('dropped-archive')).blob()], 'cifar-10-binary.tar.gz'));
      return transfer;
    });
    await experiment(page).getByText(/^Drop/).dispatchEvent('drop', { dataTransfer: dropped });
    await expect(experiment(page).getByText(/10,000 training and 2,000 test images/)).toBeVisible({
      timeout: 120_000,
    });
    await setTiny(page, {
      backend: 'webgpu',
      train: 512,
      test: 128,
      width: 8,
      epochs: 3,
      batch: 64,
      steps: 1,
    });
    await train(page);
    await expect(state(page)).toHaveText('Complete', { timeout: 280_000 });
    const [clean] = (await results(page)).get('AT')!;
    // Four classes: chance is 25 %, three standard errors of 128 images are 11.5 points.
    expect(parseFloat(clean)).toBeGreaterThan(36.5);
  });
});
