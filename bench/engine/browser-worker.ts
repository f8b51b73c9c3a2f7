/** A host in the browser: a worker that answers one message after the other. */
import { errorMessage } from '../../src/core/error-message.ts';
import { TASKS } from './tasks.ts';
import type { TaskName } from './tasks.ts';

self.onmessage = async ({ data }: MessageEvent<{ task: TaskName; options: never }>): Promise<void> => {
  try {
    self.postMessage({ result: await TASKS[data.task](data.options) });
  } catch (error) {
    self.postMessage({ error: errorMessage(error) });
  }
};
