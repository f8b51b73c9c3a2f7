/**
 * The result of `work`, or what `late` returns or throws if `work` takes more than `ms` milliseconds. Without `ms`
 * there is no limit. `work` itself is not stopped.
 */
export async function within<T>(work: Promise<T>, ms: number | undefined, late: () => T): Promise<T> {
  if (ms === undefined) return work;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  try {
    return await Promise.race([work, limit.then(late)]);
  } finally {
    clearTimeout(timer);
  }
}
