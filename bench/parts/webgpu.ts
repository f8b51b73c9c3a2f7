/**
 * WebGPU: the ARAT step, its PGD step, and forward + backward of the demo network: our kernels beside the compositions
 * of stock tfjs ops and, for forward + backward, beside jax-js. In the browser, or in Node with `--node`.
 */
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import type { Site } from '../browser.ts';
import type { Sample, Size, Work } from '../engine/tasks.ts';
import { browserHost, nodeHost, type Host } from '../host.ts';
import { entry, type Place } from '../report.ts';
import { besidePyTorch } from './beside-pytorch.ts';
import { medianOf, NAMES, type Part, type PartOptions } from './part.ts';

/** Images per batch where an adapter is software: stock steps of 64 images take minutes there. */
const SOFTWARE_BATCH = 8;
const ATTACK_STEPS = 5;

interface Opened {
  /** A worker or process with a backend of its own. */
  host(name: string): Host;
  close(): Promise<void>;
}

async function openBrowser(): Promise<Opened> {
  // Loaded here: on a machine without a browser there may be no playwright and vite, either.
  const { launch, serve } = await import('../browser.ts');
  const site: Site = await serve(fileURLToPath(new URL('../page', import.meta.url)), 'bare');
  let browser: Browser | undefined;
  try {
    for (const kind of ['gpu', 'software'] as const) {
      browser = await launch(kind);
      const page = await browser.newPage();
      await page.goto(site.address);
      if (await page.evaluate(() => window.bench.hasGpu())) {
        const running = browser;
        return {
          host: (name) => browserHost(page, name),
          close: async () => {
            await running.close();
            await site.close();
          },
        };
      }
      await browser.close();
    }
    throw new Error('This browser has no WebGPU adapter, not even a software one.');
  } catch (error) {
    await browser?.close();
    await site.close();
    throw error;
  }
}

type Which = 'fast' | 'fast, not replayed' | 'stock';

/** Alternates between the kinds of step, so that what else the machine does falls on all. */
async function sideBySide(
  host: Host,
  work: Work,
  repeats: Readonly<Partial<Record<Which, number>>>,
): Promise<Record<Which, Sample[]>> {
  const samples: Record<Which, Sample[]> = { fast: [], 'fast, not replayed': [], stock: [] };
  for (let i = 0; i < Math.max(...Object.values(repeats)); i++) {
    for (const which of Object.keys(repeats) as Which[]) {
      if (i >= repeats[which]!) continue;
      await host.call('kernels', { which });
      // The first compiles shaders and fills the pool of buffers; the first fast one after a change is recorded.
      const warmUp = (i === 0 ? 1 : 0) + (which === 'fast' ? 1 : 0);
      const got = await host.call('measure', { work, repeats: 1 + warmUp });
      samples[which].push(...got.slice(warmUp));
    }
  }
  await host.call('kernels', { which: 'fast' });
  return samples;
}

const FIGURES = [
  ['time', 'ms', 'ms'],
  ['dispatches', 'dispatches', 'dispatches'],
  ['JavaScript', 'ms', 'jsMs'],
  ['GPU memory newly allocated', 'bytes', 'gpuBytesAllocated'],
  ['written from JavaScript to the GPU', 'bytes', 'gpuBytesWritten'],
] as const;

const STOCK = 'stock tfjs ops';

export const webgpu: Part = async (options, report, say) => {
  const opened: Opened = options.node ? { host: nodeHost, close: async () => {} } : await openBrowser();
  const host = opened.host('float32');
  try {
    const { device, warnings, halfPrecision } = await host.call('start', { backend: 'webgpu' });
    for (const warning of warnings) say(warning);
    const software = warnings.some((w) => w.includes('software adapter'));
    const batch = options.batch ?? (software ? SOFTWARE_BATCH : 64);
    const place: Place = {
      name: 'webgpu',
      backend: options.node ? 'webgpu (Node)' : 'webgpu',
      adapter: device.replace('WebGPU on ', ''),
    };
    const size = { width: 32, batch, attackSteps: ATTACK_STEPS };
    await host.call('prepare', size);
    const repeats = repeatsOf(options, software);
    for (const work of ['forwardBackward', 'pgdStep', 'aratStep'] as const) {
      say(`${NAMES[work]}, batch ${batch}, ours and stock`);
      const replayed = work === 'aratStep';
      const samples = await sideBySide(host, work, {
        ...repeats,
        ...(replayed ? { 'fast, not replayed': repeats.fast } : {}),
      });
      const { fast, stock } = samples;
      for (const [what, unit, key] of FIGURES) {
        const metric = `${NAMES[work]}, batch ${batch}, ${what}`;
        const reference = { value: medianOf(stock, key), name: STOCK };
        report(entry(place, metric, unit, 'less', medianOf(fast, key), reference));
        if (!replayed) continue;
        const anew = { value: medianOf(samples['fast, not replayed'], key), name: 'ours, not replayed' };
        report(entry(place, `${metric}, replayed`, unit, 'less', medianOf(fast, key), anew));
      }
    }
    if (halfPrecision) await besideHalf(opened, host, place, size, repeats.fast, report, say);
    else say('half precision is left out: the adapter has no 16-bit floats (shader-f16)');
    if (software) say('PyTorch is left out: this adapter is software, and PyTorch has no WebGPU');
    else {
      // Waiting for each step, and asking for several as training does.
      const asked = { python: options.pytorch, device: 'cuda', steps: [1, 10] } as const;
      await besidePyTorch(host, { ...asked, place, size, repeats: repeats.fast }, report, say);
    }
    await besideJax(host, place, batch, repeats.fast, report, say);
  } finally {
    host.end();
    await opened.close();
  }
};

function repeatsOf({ quick }: PartOptions, software: boolean): { fast: number; stock: number } {
  if (quick) return { fast: 1, stock: 1 };
  return software ? { fast: 5, stock: 2 } : { fast: 15, stock: 7 };
}

/** The same step with convolutions in half precision, on the same adapter, in turn. */
async function besideHalf(
  opened: Opened,
  full: Host,
  place: Place,
  size: Size,
  repeats: number,
  report: Parameters<Part>[1],
  say: Parameters<Part>[2],
): Promise<void> {
  say('the ARAT step in half precision (compiles first)');
  const half = opened.host('float16');
  try {
    await half.call('start', { backend: 'webgpu' });
    await half.call('prepare', { ...size, precision: 'float16' });
    const work = 'aratStep';
    for (const host of [full, half]) await host.call('measure', { work, repeats: 2 });
    const [ours, reference]: Sample[][] = [[], []];
    for (let i = 0; i < repeats; i++) {
      ours.push(...(await half.call('measure', { work, repeats: 1 })));
      reference.push(...(await full.call('measure', { work, repeats: 1 })));
    }
    const metric = `${NAMES[work]}, batch ${size.batch}, time, in half precision`;
    const float32 = { value: medianOf(reference, 'ms'), name: 'ours in float32' };
    report(entry(place, metric, 'ms', 'less', medianOf(ours, 'ms'), float32));
  } finally {
    half.end();
  }
}

async function besideJax(
  host: Host,
  place: Place,
  batch: number,
  repeats: number,
  report: Parameters<Part>[1],
  say: Parameters<Part>[2],
): Promise<void> {
  say('forward + backward in jax-js (compiles first)');
  const { lossDifference, gradientDifference } = await host.call('startJax', { device: 'webgpu' });
  say(
    `jax-js computes the same: its loss differs by ${lossDifference.toExponential(1)}, its gradient of the linear layer by ` +
      `${gradientDifference.toExponential(1)} of the largest`,
  );
  if (!(lossDifference < 1e-3 && gradientDifference < 1e-2)) {
    throw new Error('jax-js computes something else than ours: the comparison is left out.');
  }
  const ours: Sample[] = [];
  const theirs: Sample[] = [];
  for (let i = 0; i <= repeats; i++) {
    const [a] = await host.call('measure', { work: 'forwardBackward', repeats: 1 });
    const [b] = await host.call('measure', { work: 'jaxForwardBackward', repeats: 1 });
    if (i === 0) continue;
    ours.push(a);
    theirs.push(b);
  }
  for (const [what, unit, key] of FIGURES) {
    const metric = `${NAMES.forwardBackward}, batch ${batch}, ${what}, beside jax-js`;
    const reference = { value: medianOf(theirs, key), name: 'jax-js 0.1.25' };
    report(entry(place, metric, unit, 'less', medianOf(ours, key), reference));
  }
}
