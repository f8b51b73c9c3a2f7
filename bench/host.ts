/** Where the engine runs while it is measured: a worker of a browser page, or a process of its own. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { TaskName, Tasks } from './engine/tasks.ts';

export type Answer = { readonly result: unknown } | { readonly error: string };

export interface Host {
  /** Throws what the task threw. One call at a time. */
  call<K extends TaskName>(task: K, options: Parameters<Tasks[K]>[0]): ReturnType<Tasks[K]>;
  end(): void;
}

const besideThis = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

function unwrap(answer: Answer): unknown {
  if ('error' in answer) throw new Error(answer.error);
  return answer.result;
}

/** The program of `nodeHost`: the source, or, in a bundle (bundle.ts), its neighbour there. */
const ENGINE = import.meta.url.endsWith('.ts')
  ? { file: besideThis('./engine/node-process.ts'), options: ['--import', 'tsx'] }
  : { file: besideThis('./node-process.mjs'), options: [] };

/** A process of its own, so that its memory is its own too. */
export function nodeHost(): Host {
  const child = fork(ENGINE.file, {
    execArgv: [...ENGINE.options],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  return {
    call: ((task, options) =>
      new Promise((resolve, reject) => {
        const died = (code: number | null) =>
          reject(new Error(`The process ended with code ${code} during '${task}'.`));
        child.once('exit', died);
        child.once('message', (answer: Answer) => {
          child.off('exit', died);
          try {
            resolve(unwrap(answer) as never);
          } catch (error) {
            reject(error as Error);
          }
        });
        child.send({ task, options });
      })) as Host['call'],
    end: () => child.kill(),
  };
}

/** A worker of the page (bench/page). `name` sets it apart from the page's others. */
export function browserHost(page: Page, name: string): Host {
  return {
    call: (async (task, options) =>
      unwrap(
        await page.evaluate(([h, t, o]) => window.bench.call(h, t, o), [name, task, options] as const),
      )) as Host['call'],
    end: () => void page.evaluate((h) => window.bench.end(h), name).catch(() => {}),
  };
}
