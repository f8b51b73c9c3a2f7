/** Why a lane ended whose worker died again and again, in words. */
import { withoutFullStop } from '../error-message.ts';

/** How engines and systems say that there is no memory left. */
const NO_MEMORY =
  /out of memory|OUT_OF_MEMORY|\bOOM\b|allocation failed|cannot allocate|enlarge memory|could not allocate|memory limit|memory access out of bounds/i;

export const isOutOfMemory = (why: string): boolean => NO_MEMORY.test(why);

/** One sentence that names the contestant. `times`: deaths of its worker in a row. */
export function whyEnded(label: string, why: string, times: number): string {
  const words = withoutFullStop(why);
  if (isOutOfMemory(words))
    return (
      `${label} ran out of memory (${words}): ` +
      'train fewer contestants at a time, with a smaller network or with smaller batches.'
    );
  return `${label} ended: its worker died ${times} times in a row (${words}).`;
}
