/** Starts lane workers as threads of Node. */
import { Worker } from 'node:worker_threads';
import { errorMessage } from '../core/error-message.ts';
import type { FromLaneWorker, OpenLaneWorker } from '../core/race/lane-protocol.ts';

export const openLaneThread: OpenLaneWorker = (events) => {
  // Without the options by which the command loads TypeScript: the thread's entry loads it by itself.
  const worker = new Worker(new URL('./lane-worker.mjs', import.meta.url), { execArgv: [] });
  worker.on('message', (message: FromLaneWorker) => events.message(message));
  worker.on('messageerror', () => events.died('a message could not be read'));
  worker.on('error', (error: NodeJS.ErrnoException) =>
    events.died(
      error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? `out of memory: ${error.message}` : errorMessage(error),
    ),
  );
  worker.on('exit', (code) => events.died(`the thread ended with code ${code}`));
  return {
    post: (message) => worker.postMessage(message),
    terminate: () => void worker.terminate(),
  };
};
