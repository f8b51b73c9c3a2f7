/**
 * WASM: images per second of an ARAT step, GFLOP/s over all of it, beside stock tfjs's forward convolutions; threads.
 */
import { fileURLToPath } from 'node:url';
import type { Sample } from '../engine/tasks.ts';
import { browserHost, nodeHost, type Host } from '../host.ts';
import { entry, type Place } from '../report.ts';
import { besidePyTorch } from './beside-pytorch.ts';
import { fastest, medianOf, type Part } from './part.ts';

const BATCH = 64;
const SIZE = { width: 32, batch: BATCH, attackSteps: 5 };
const STEP = `ARAT step (PGD-5, batch ${BATCH})`;

/** An ARAT step and the bare convolutions in turn. */
async function measureBoth(host: Host, samples: Both, warmUp: boolean): Promise<void> {
  const step = await host.call('measure', { work: 'aratStep', repeats: 1 });
  const bare = await host.call('measure', { work: 'forwardConvolutions', repeats: 1 });
  if (warmUp) return;
  samples.step.push(...step);
  samples.bare.push(...bare);
}

interface Both {
  readonly step: Sample[];
  readonly bare: Sample[];
}
const none = (): Both => ({ step: [], bare: [] });

interface Work {
  readonly flopPerImage: number;
  readonly aratPasses: number;
}

function reportStep(place: Place, work: Work, { step, bare }: Both, report: Parameters<Part>[1]): void {
  const flop = work.flopPerImage * work.aratPasses * BATCH;
  const gflops = (of: number, ms: number): number => of / ms / 1e6;
  report(entry(place, STEP, 'images/s', 'more', BATCH / (medianOf(step, 'ms') / 1000)));
  const ceiling = 'stock tfjs forward convolutions alone, same shapes';
  const ways: [string, (s: readonly Sample[]) => number][] = [
    ['median', (s) => medianOf(s, 'ms')],
    ['fastest', (s) => fastest(s)],
  ];
  // Tells what the step takes on a machine where it also waits for others.
  if (step[0].cpuMs > 0) ways.push(['by processor time', (s) => medianOf(s, 'cpuMs')]);
  for (const [what, of] of ways) {
    const reference = { value: gflops(work.flopPerImage * BATCH, of(bare)), name: ceiling };
    report(entry(place, `${STEP}, ${what}`, 'GFLOP/s', 'more', gflops(flop, of(step)), reference));
  }
}

export const wasmNode: Part = async ({ quick, pytorch }, report, say) => {
  const host = nodeHost();
  try {
    const { device } = await host.call('start', { backend: 'wasm' });
    const work = await host.call('prepare', SIZE);
    const samples = none();
    say('ARAT steps and bare convolutions in turn');
    for (let i = 0; i <= (quick ? 1 : 9); i++) await measureBoth(host, samples, i === 0);
    const place: Place = { name: 'wasm-node', backend: 'wasm (Node)', adapter: device };
    reportStep(place, work, samples, report);
    const asked = { python: pytorch, device: 'cpu', steps: [1] } as const;
    await besidePyTorch(host, { ...asked, place, size: SIZE, repeats: quick ? 1 : 9 }, report, say);
  } finally {
    host.end();
  }
};

export const wasmBrowser: Part = async ({ quick }, report, say) => {
  // Loaded here: wasm-node also runs where there is no browser, and no playwright and vite.
  const { launch, serve } = await import('../browser.ts');
  const site = await serve(fileURLToPath(new URL('../page', import.meta.url)), 'bare');
  const browser = await launch('plain');
  try {
    const page = await browser.newPage();
    await page.goto(site.address);
    const runs = [];
    for (const threads of [1, 2]) {
      const host = browserHost(page, `${threads} threads`);
      const { device } = await host.call('start', { backend: 'wasm', threads });
      if (!device.includes(`${threads} CPU thread`))
        say(`${threads} threads were asked for, and it runs on: ${device}`);
      const place: Place = { name: 'wasm-browser', backend: 'wasm', adapter: device };
      runs.push({ host, place, work: await host.call('prepare', SIZE), samples: none() });
    }
    say('one and two threads in turn');
    for (let i = 0; i <= (quick ? 1 : 9); i++) {
      for (const { host, samples } of runs) await measureBoth(host, samples, i === 0);
    }
    for (const { place, work, samples } of runs) reportStep(place, work, samples, report);
    const [one, two] = runs.map((r) => r.samples.step);
    const place = runs[1].place;
    const compare = (what: string, of: (s: readonly Sample[]) => number) =>
      report(entry(place, `${STEP}, ${what}`, 'ms', 'less', of(two), { value: of(one), name: 'one thread' }));
    compare('median', (s) => medianOf(s, 'ms'));
    compare('fastest', (s) => fastest(s));
  } finally {
    await browser.close();
    await site.close();
  }
};
