interface Scheduling {
  readonly scheduler?: { readonly yield?: () => Promise<void> };
}

/** Milliseconds of work after which the page gets control: half a frame. */
const WORK_MS = 8;

/** Yields: input and the next frame are handled before the caller goes on. */
function yieldToPage(): Promise<void> {
  const { scheduler } = globalThis as Scheduling;
  return scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
}

/**
 * A function to await between parts of long work. It yields to the page if WORK_MS have passed since the last yield.
 */
export function pauses(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < WORK_MS) return;
    await yieldToPage();
    since = performance.now();
  };
}
