/** Growth: time per image and memory of an ARAT step against width, batch and attack steps, on WASM in Node. */
import type { Size } from '../engine/tasks.ts';
import { nodeHost } from '../host.ts';
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
  readonly msPerImage: number;
  readonly flop: number;
  readonly peakTensorBytes: number;
  readonly heapBytes: number;
}

/** In a process of its own: the WASM heap never shrinks. */
async function measure(size: Size, repeats: number): Promise<Point & { device: string }> {
  const host = nodeHost();
  try {
    const { device } = await host.call('start', { backend: 'wasm' });
    const { flopPerImage, aratPasses } = await host.call('prepare', size);
    const memory = await host.call('memory', {});
    const samples = await host.call('measure', { work: 'aratStep', repeats });
    return { device, msPerImage: fastest(samples) / size.batch, flop: flopPerImage * aratPasses, ...memory };
  } finally {
    host.end();
  }
}

export const growth: Part = async ({ quick }, report, say) => {
  const repeats = quick ? 1 : 5;
  const describe = (s: Size) => `width ${s.width}, batch ${s.batch}, ${s.attackSteps} attack steps`;
  say(`time is the fastest of ${repeats} step${repeats === 1 ? '' : 's'}; the base is ${describe(BASE)}`);
  const { device, ...base } = await measure(BASE, repeats);
  const place: Place = { name: 'growth', backend: 'wasm (Node)', adapter: device };
  for (const axis of ['width', 'batch', 'attackSteps'] as const) {
    for (const value of SWEEPS[axis]) {
      const size = { ...BASE, [axis]: value };
      const point = value === BASE[axis] ? base : await measure(size, repeats);
      const compared = (name: string, expected: number) =>
        value === BASE[axis] ? null : { name, value: expected };
      const metric = (what: string) => `${what}, ${WORDS[axis]} ${value}`;
      const byWork = compared('base, growing with FLOP', base.msPerImage * (point.flop / base.flop));
      report(entry(place, metric('time per image'), 'ms', 'less', point.msPerImage, byWork));
      if (axis === 'attackSteps') continue;
      const times = value / BASE[axis];
      const tensors = compared(`base, growing with ${axis}`, (base.peakTensorBytes / 2 ** 20) * times);
      report(
        entry(
          place,
          metric('tensors at their peak'),
          'MiB',
          'less',
          point.peakTensorBytes / 2 ** 20,
          tensors,
        ),
      );
      report(entry(place, metric('WASM heap'), 'MiB', 'less', point.heapBytes / 2 ** 20));
    }
  }
};
