/** The same steps of ours and of PyTorch eager, in turn. */
import type { Sample, Size } from '../engine/tasks.ts';
import type { Host } from '../host.ts';
import { startPyTorch, type PyTorch, type SharedWork } from '../pytorch.ts';
import { entry, median, type Entry, type Place } from '../report.ts';
import { medianOf, NAMES, type Part } from './part.ts';

const WORKS: readonly SharedWork[] = ['aratStep', 'pgdStep', 'forwardBackward'];
/** Compiling, recording and autotuning are done by then, on both sides. */
const WARM_UP = 3;

/** Repetitions of one work: ours, and PyTorch's by its setting. Milliseconds per step. */
export interface InTurn {
  readonly work: SharedWork;
  /** Steps asked for before they are waited for. */
  readonly steps: number;
  readonly ours: readonly Sample[];
  readonly theirs: ReadonlyMap<string, readonly number[]>;
}

/** An entry for each way that PyTorch ran. */
export function pytorchEntries(place: Place, name: string, batch: number, measured: InTurn): Entry[] {
  const { work, steps, ours, theirs } = measured;
  const inARow = steps === 1 ? '' : `, ${steps} in a row`;
  const metric = `${NAMES[work]}, batch ${batch}, time${inARow}, beside PyTorch`;
  return [...theirs].map(([setting, ms]) => {
    const reference = { value: median(ms), name: setting === '' ? name : `${name}, ${setting}` };
    return entry(place, metric, 'ms', 'less', medianOf(ours, 'ms'), reference);
  });
}

async function inTurn(
  host: Host,
  pytorch: PyTorch,
  work: SharedWork,
  repeats: number,
  steps: number,
): Promise<InTurn> {
  const ours: Sample[] = [];
  const theirs = new Map(pytorch.settings.map((setting): [string, number[]] => [setting, []]));
  await host.call('measure', { work, repeats: WARM_UP });
  for (const setting of pytorch.settings) await pytorch.measure(work, WARM_UP, 1, setting);
  for (let i = 0; i < repeats; i++) {
    ours.push(...(await host.call('measure', { work, repeats: 1, steps })));
    for (const [setting, ms] of theirs) ms.push(...(await pytorch.measure(work, 1, steps, setting)));
  }
  return { work, steps, ours, theirs };
}

export interface Beside {
  readonly python: string;
  readonly device: 'cuda' | 'cpu';
  readonly place: Place;
  /** What the host has prepared. */
  readonly size: Size;
  readonly repeats: number;
  /** How many steps to ask for before waiting, each measured on its own. */
  readonly steps: readonly number[];
}

/** Says why and reports nothing where PyTorch cannot run as asked. */
export async function besidePyTorch(
  host: Host,
  { python, device, place, size, repeats, steps }: Beside,
  report: Parameters<Part>[1],
  say: Parameters<Part>[2],
): Promise<void> {
  let pytorch: PyTorch;
  try {
    pytorch = await startPyTorch(python, device, size);
  } catch (error) {
    say(`PyTorch is left out: ${(error as Error).message}`);
    return;
  }
  try {
    say(`the same steps in ${pytorch.name}, in turn`);
    for (const work of WORKS) {
      for (const n of steps) {
        const measured = await inTurn(host, pytorch, work, repeats, n);
        pytorchEntries(place, pytorch.name, size.batch, measured).forEach(report);
      }
    }
  } finally {
    pytorch.end();
  }
}
