interface Scheduling {
  readonly scheduler?: { readonly yield?: () => Promise<void> };
}

/** Milliseconds of work after which the page has its turn: half a frame. */
const WORK_MS = 8;

/** Ends the task under way: what the visitor did and the next frame come first, then the caller goes on. */
function yieldToPage(): Promise<void> {
  const { scheduler } = globalThis as Scheduling;
  return scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve));
}

/** For long work in parts: to be awaited between them. Lets the page have its turn once some milliseconds have been worked. */
export function pauses(): () => Promise<void> {
  let since = performance.now();
  return async () => {
    if (performance.now() - since < WORK_MS) return;
    await yieldToPage();
    since = performance.now();
  };
}
