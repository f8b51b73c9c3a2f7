/** Starts workers by name and passes calls on to them; the benchmark calls `window.bench` from outside. */
import type { Answer } from '../host.ts';

declare global {
  interface Window {
    bench: {
      call(host: string, task: string, options: unknown): Promise<Answer>;
      end(host: string): void;
      hasGpu(): Promise<boolean>;
    };
  }
}

const workers = new Map<string, Worker>();

window.bench = {
  call(host, task, options) {
    let worker = workers.get(host);
    if (!worker) {
      worker = new Worker(new URL('../engine/browser-worker.ts', import.meta.url), { type: 'module' });
      workers.set(host, worker);
    }
    const running = worker;
    return new Promise((resolve) => {
      running.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
      running.onerror = (event) => resolve({ error: event.message });
      running.postMessage({ task, options });
    });
  },
  end(host) {
    workers.get(host)?.terminate();
    workers.delete(host);
  },
  hasGpu: async () => Boolean(await navigator.gpu?.requestAdapter()),
};
