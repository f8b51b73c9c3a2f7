/** One thread of the pool: instantiates the same functions on the same memory and takes its share of each call. */
import { CONTROL, takeParts } from './pool-layout.ts';
import type { PoolStart } from './pool-layout.ts';

/** Looks this often before it goes to sleep: waking takes longer than most pauses between two kernels. */
const SPINS = 4_000;

self.onmessage = ({ data }: MessageEvent<PoolStart>): void => {
  const { module, memory, control, values, names } = data;
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const functions = names.map((name) => exports[name] as (...args: number[]) => void);
  self.postMessage('ready');
  for (;;) {
    // Read before taking parts: a call that begins afterwards changes it, and is not slept through.
    const seen = Atomics.load(control, CONTROL.generation);
    takeParts(control, values, functions);
    let spins = 0;
    while (spins < SPINS && Atomics.load(control, CONTROL.generation) === seen) spins++;
    if (spins === SPINS) Atomics.wait(control, CONTROL.generation, seen);
  }
};
