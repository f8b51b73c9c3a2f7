/** One thread of the pool: instantiates the same functions on the same memory and runs its part of each call. */
import { ARGUMENTS, CONTROL } from './pool-layout.ts';
import type { PoolStart } from './pool-layout.ts';

/** Looks this often before it goes to sleep: waking takes longer than most pauses between two kernels. */
const SPINS = 20_000;

self.onmessage = ({ data }: MessageEvent<PoolStart>): void => {
  const { module, memory, control, values, names, thread } = data;
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const functions = names.map((name) => exports[name] as (...args: number[]) => void);
  self.postMessage('ready');
  let generation = 0;
  for (;;) {
    let next = generation;
    for (let i = 0; i < SPINS && next === generation; i++) next = Atomics.load(control, CONTROL.generation);
    if (next === generation) Atomics.wait(control, CONTROL.generation, generation);
    next = Atomics.load(control, CONTROL.generation);
    if (next === generation) continue;
    generation = next;
    const count = control[CONTROL.counts + thread];
    if (count > 0) {
      const first = thread * ARGUMENTS;
      functions[control[CONTROL.function]](...values.subarray(first, first + count));
    }
    Atomics.add(control, CONTROL.done, 1);
    Atomics.notify(control, CONTROL.done);
  }
};
