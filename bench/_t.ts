import { launch, serve } from './browser.ts';
import { writeFileSync } from 'node:fs';
const site = await serve('.', true);
const browser = await launch(true);
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
page.on('pageerror', (e) => console.log('ERR', e.message));
await page.goto(site.address);
const experiment = page.locator('#experiment');
for (const name of ['Data', 'Network', 'Attack budget', 'Optimiser and schedule', 'Where it runs']) {
  const fold = experiment.getByRole('button', { name, exact: true });
  if ((await fold.getAttribute('aria-expanded')) !== 'true') await fold.click();
}
for (const [l, v] of [
  ['Training images', 256],
  ['Test images', 64],
  ['Test images per epoch', 64],
  ['Epochs', 50],
] as const) {
  const f = experiment.getByLabel(l, { exact: true });
  await f.fill(String(v));
  await f.blur();
}
await experiment.getByLabel('Backend').selectOption('wasm');
await experiment.getByText(/self-test passed/).waitFor({ timeout: 120_000 });
const cats = ['toplevel', 'devtools.timeline', '__metadata'];
if (process.argv[3]) cats.push('v8', 'disabled-by-default-v8.cpu_profiler');
await browser.startTracing(page, { categories: cats });
await page.waitForTimeout(500);
await page.getByRole('button', { name: 'Train', exact: true }).click();
await page
  .getByText(/step [1-9][\d,]* of/)
  .first()
  .waitFor({ timeout: 180_000 });
await page.waitForTimeout(1000);
await page.evaluate(() => performance.mark('FROM'));
await page.waitForTimeout(Number(process.argv[2] ?? 30) * 1000);
const buf = await browser.stopTracing();
writeFileSync('/tmp/trace.json', buf);
await page.screenshot({ path: '/tmp/p.png' });
console.log(await page.getByTestId('race-state').evaluate((e) => e.parentElement!.textContent));
await browser.close();
await site.close();
