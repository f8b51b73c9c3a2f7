/**
 * Growth: processor time per image and memory of an ARAT step against width, batch and attack steps, on WASM in Node.
 */
import type { Size } from '../engine/tasks.ts';
import { nodeHost, type Host } from '../host.ts';
import { entry, type Place } from '../report.ts';
import { fastest, type Part } from './part.ts';

const BASE: Size = { width: 16, batch: 32, attackSteps: 2 };
const SWEEPS: { readonly [K in keyof Size]: readonly number[] } = {
  width: [8, 16, 32, 64],
  batch: [8, 32, 64, 128],
  attackSteps: [1, 2, 5, 10],
};
const WORDS: Record<keyof Size, string> = { width: 'width', batch: 'batch', attackSteps: 'attack steps' };

interface Point {
  readonly flop: number;
  readonly peakTensorBytes: number;
  readonly heapBytes: number;
}

/** Prepared in a process of its own: the WASM heap never shrinks. */
async function open(size: Size): Promise<{ host: Host; device: string; point: Point }> {
  const host = nodeHost();
  const { device } = await host.call('start', { backend: 'wasm' });
  const { flopPerImage, aratPasses } = await host.call('prepare', size);
  const memory = await host.call('memory', {});
  return { host, device, point: { flop: flopPerImage * aratPasses, ...memory } };
}

/** Processor time per image of two sizes, measured in turn: the least of several. */
async function inTurn(hosts: readonly (readonly [Host, Size])[], repeats: number): Promise<number[]> {
  const times = hosts.map((): number[] => []);
  for (let i = 0; i < repeats; i++) {
    for (const [k, [host, size]] of hosts.entries()) {
      const samples = await host.call('measure', { work: 'aratStep', repeats: 1 });
      times[k].push(fastest(samples, 'cpuMs') / size.batch);
    }
  }
  return times.map((t) => Math.min(...t));
}

export const growth: Part = async ({ quick }, report, say) => {
  const repeats = quick ? 1 : 5;
  const describe = (s: Size) => `width ${s.width}, batch ${s.batch}, ${s.attackSteps} attack steps`;
  say(
    `processor time is the least of ${repeats} step${repeats === 1 ? '' : 's'}; the base is ${describe(BASE)}`,
  );
  const base = await open(BASE);
  const place: Place = { name: 'growth', backend: 'wasm (Node)', adapter: base.device };
  try {
    for (const axis of ['width', 'batch', 'attackSteps'] as const) {
      for (const value of SWEEPS[axis]) {
        const isBase = value === BASE[axis];
        const size = { ...BASE, [axis]: value };
        const opened = isBase ? base : await open(size);
        const { point } = opened;
        const both = [
          [base.host, BASE],
          [opened.host, size],
        ] as const;
        const [baseMs, ms] = await inTurn(both, repeats);
        if (!isBase) opened.host.end();
        const compared = (name: string, expected: number) => (isBase ? null : { name, value: expected });
        const metric = (what: string) => `${what}, ${WORDS[axis]} ${value}`;
        const byWork = compared('base, growing with FLOP', baseMs * (point.flop / base.point.flop));
        report(entry(place, metric('processor time per image'), 'ms', 'less', ms, byWork));
        if (axis === 'attackSteps') continue;
        const times = value / BASE[axis];
        const mebibytes = point.peakTensorBytes / 2 ** 20;
        const tensors = compared(
          `base, growing with ${axis}`,
          (base.point.peakTensorBytes / 2 ** 20) * times,
        );
        report(entry(place, metric('tensors at their peak'), 'MiB', 'less', mebibytes, tensors));
        report(entry(place, metric('WASM heap'), 'MiB', 'less', point.heapBytes / 2 ** 20));
      }
    }
  } finally {
    base.host.end();
  }
};
