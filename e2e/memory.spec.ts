import { expect, test, type CDPSession } from '@playwright/test';
import { keepOnly, open, setNumber, setTiny, state, train } from './support.ts';

/**
 * Applies `count` to all objects with the prototype `of` that remain after a garbage collection. Unlike megabytes,
 * counts of objects do not depend on compiled code or on when memory is freed.
 */
async function ofKept<T>(cdp: CDPSession, of: string, count: string): Promise<T> {
  const objectGroup = 'kept';
  const { result: prototype } = await cdp.send('Runtime.evaluate', { expression: of, objectGroup });
  const prototypeObjectId = prototype.objectId!;
  const { objects } = await cdp.send('Runtime.queryObjects', { prototypeObjectId, objectGroup });
  const { result, exceptionDetails } = await cdp.send('Runtime.callFunctionOn', {
    objectId: objects.objectId,
    functionDeclaration: `function () { return (${count})(this); }`,
    returnByValue: true,
  });
  await cdp.send('Runtime.releaseObjectGroup', { objectGroup });
  if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
  return result.value as T;
}

/** Seeds of the results with curves that are in memory. */
const keptSeeds = (cdp: CDPSession) =>
  ofKept<number[]>(
    cdp,
    'Object.prototype',
    `(all) => [...new Set(all
      .filter((o) => Object.hasOwn(o, 'runs') && Object.hasOwn(o, 'config') && Array.isArray(o.runs))
      .filter((o) => o.runs.some((r) => r.curves?.length > 0))
      .map((o) => o.config.seed))]`,
  );

test('given races one after the other, when the third has ended, then no object of the first is in memory, and its saved run opens', async ({
  page,
}) => {
  await open(page);
  await keepOnly(page, ['AT']);
  await setTiny(page, { backend: 'wasm', train: 64, test: 16, width: 2, epochs: 2, batch: 32, steps: 1 });
  const cdp = await page.context().newCDPSession(page);
  const saved = page.getByRole('rowgroup', { name: 'Saved runs' });
  const deleteButtons = saved.getByRole('button', { name: /^Delete / });
  for (const [i, seed] of [101, 102, 103].entries()) {
    await setNumber(page, 'Seed', seed);
    await train(page);
    await expect(deleteButtons).toHaveCount(i + 1);
    await expect(state(page)).toContainText('Complete');
    await expect.poll(() => keptSeeds(cdp)).toContain(seed);
  }
  await expect.poll(() => keptSeeds(cdp)).not.toContain(101);
  await saved
    .getByRole('button', { name: /^Open / })
    .last()
    .click();
  await expect.poll(() => keptSeeds(cdp)).toContain(101);
});
