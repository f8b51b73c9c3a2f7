/** A host in Node: started with `fork`, answers one message after the other. */
import { chooseRelaxedSimd, RELAXED_SIMD } from '../../src/core/backend/node-arithmetic.ts';
import { errorMessage } from '../../src/core/error-message.ts';
import { TASKS } from './tasks.ts';
import type { TaskName } from './tasks.ts';

// Uses the arithmetic of the command that started it.
chooseRelaxedSimd(process.env[RELAXED_SIMD] !== 'off');

process.on('message', async ({ task, options }: { task: TaskName; options: never }) => {
  try {
    process.send?.({ result: await TASKS[task](options) });
  } catch (error) {
    process.send?.({ error: errorMessage(error) });
  }
});
process.on('disconnect', () => process.exit(0));
