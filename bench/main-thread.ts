/** Reads a trace of Chromium for the tasks of a page's main thread. */

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds: wall clock, and what the thread itself ran. */
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

export const TRACE_CATEGORIES = ['toplevel', '__metadata'];
const TASK = 'ThreadControllerImpl::RunTask';

/**
 * The longest task by the clock, and by the processor time it used: on a busy machine a task also waits. Milliseconds.
 */
export function longestTasks(trace: Buffer): { wallMs: number; cpuMs: number } {
  const parsed = JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] };
  const events = parsed.traceEvents;
  const thread = (e: TraceEvent): string => `${e.pid} ${e.tid}`;
  const mains = new Set(
    events.filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain').map(thread),
  );
  const tasks = events.filter((e) => e.ph === 'X' && e.name === TASK && mains.has(thread(e)));
  if (tasks.length === 0) throw new Error('The trace holds no task of a main thread.');
  const longest = (of: (e: TraceEvent) => number | undefined): number =>
    tasks.reduce((worst, e) => Math.max(worst, of(e) ?? 0), 0) / 1000;
  // The thread's clock jumps now and then (on virtual machines by a sixth of a second): no task runs longer than it
  // lasts.
  const ran = (e: TraceEvent) => Math.min(e.tdur ?? 0, e.dur ?? 0);
  return { wallMs: longest((e) => e.dur), cpuMs: longest(ran) };
}
