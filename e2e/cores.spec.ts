/** Contestants in parallel: the engine's worker starts one worker for each. */
import { expect, test, type Page, type Worker } from '@playwright/test';
import { results, state, train, trainTiny } from './support.ts';

const SMALL = { backend: 'wasm', train: 64, test: 32, width: 2, epochs: 3, batch: 16, steps: 1 } as const;

/** A global of the engine's worker, set by this test, that lists the workers of the lanes. */
interface Watched {
  lanes?: globalThis.Worker[];
}

function engineOf(page: Page): Worker {
  const found = page.workers().find((worker) => /\/worker-[^/]*\.js/.test(worker.url()));
  if (!found)
    throw new Error(
      `No engine among ${page
        .workers()
        .map((w) => w.url())
        .join(', ')}.`,
    );
  return found;
}

test('given two contestants on WASM, when a race runs, then each has a worker; when one dies, then only it starts again, and the result is complete and equal (fault: lane-worker-killed)', async ({
  page,
}) => {
  await trainTiny(page, ['AT', 'ARAT'], SMALL);
  await expect(state(page)).toHaveText('Complete', { timeout: 240_000 });
  await expect(page.getByText(/2 contestants on 2 cores/).first()).toBeVisible();
  const whole = await results(page);

  const engine = engineOf(page);
  await engine.evaluate(() => {
    const watched = self as unknown as Watched & { Worker: typeof globalThis.Worker };
    const { Worker } = watched;
    watched.lanes = [];
    watched.Worker = class extends Worker {
      constructor(...options: ConstructorParameters<typeof globalThis.Worker>) {
        super(...options);
        watched.lanes!.push(this);
      }
    };
  });
  await train(page);
  await expect(page.getByText(/Training: .*step \d/)).toBeVisible({ timeout: 120_000 });
  await engine.evaluate(() => {
    const [lane] = (self as unknown as Watched).lanes!;
    lane.terminate();
    lane.dispatchEvent(new ErrorEvent('error', { message: 'terminated' }));
  });
  await expect(page.getByText(/The worker of .* died \(terminated\): it starts again/).first()).toBeVisible();
  await expect(state(page)).toHaveText('Complete', { timeout: 240_000 });
  expect(await engine.evaluate(() => (self as unknown as Watched).lanes!.length)).toBe(3);
  for (const [label, cells] of whole)
    await expect.poll(async () => (await results(page)).get(label)?.slice(0, 3)).toEqual(cells.slice(0, 3));
});
