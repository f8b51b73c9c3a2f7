/** One thread of the pool: instantiates the same functions on the same memory and takes parts of each call. */
import { CONTROL, spinWhile, takeParts } from './pool-layout.ts';
import type { PoolStart } from './pool-layout.ts';

self.onmessage = ({ data }: MessageEvent<PoolStart>): void => {
  const { module, memory, control, values, names } = data;
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const functions = names.map((name) => exports[name] as (...args: number[]) => void);
  self.postMessage('ready');
  for (;;) {
    // Read before taking parts: if a call begins afterwards, this changes and the thread does not sleep.
    const seen = Atomics.load(control, CONTROL.generation);
    takeParts(control, values, functions);
    const now = spinWhile(control, CONTROL.generation, seen);
    if (now === seen) Atomics.wait(control, CONTROL.generation, seen);
  }
};
