/**
 * Lane workers without threads, for tests: all of them run on this thread and its backend, and their messages are
 * cloned and moved as between threads. Each can be killed, or made to hang.
 */
import type { Arithmetic } from '../../backend/arithmetic.ts';
import { Crew, type CrewOptions } from '../crew.ts';
import { OnCores } from '../on-cores.ts';
import type { CreateExecutor } from '../executor.ts';
import type { FromLaneWorker, OpenLaneWorker, ToLaneWorker } from '../lane-protocol.ts';
import { LaneServer } from '../lane-server.ts';

export interface ChannelWorker {
  /** Messages to it and from it, the oldest first. */
  readonly heard: ToLaneWorker[];
  readonly said: FromLaneWorker[];
  /** As a worker that throws outside of any message, or that the system ends. */
  kill(why: string): void;
  /** Makes no progress from now on: as in an endless loop, or, if it `answers`, as when waiting for ever. */
  hang(answers: boolean): void;
}

export interface ChannelWorkers {
  readonly open: OpenLaneWorker;
  /** In the order in which they were opened, ended ones included. */
  readonly workers: ChannelWorker[];
}

/** `refuse`: says why worker number `n` cannot be started, or null. */
export function channelWorkers(
  refuse: (n: number) => string | null = () => null,
  arithmetic: Arithmetic = 'wasm-separate',
): ChannelWorkers {
  const workers: ChannelWorker[] = [];
  const open: OpenLaneWorker = (events) => {
    const { port1, port2 } = new MessageChannel();
    let alive = true;
    let hangs = false;
    let answers = false;
    const server = new LaneServer({
      post: (message, transfer = []) => alive && !hangs && port2.postMessage(message, transfer),
      start: async () => {
        const why = refuse(workers.indexOf(worker));
        if (why !== null) throw new Error(why);
        return { backend: 'wasm', arithmetic };
      },
    });
    const end = () => {
      if (!alive) return;
      alive = false;
      // What it is doing now is dropped.
      void server.receive({ type: 'stop' });
      setTimeout(() => server.dispose(), 0);
      port1.close();
      port2.close();
    };
    const worker: ChannelWorker = {
      heard: [],
      said: [],
      kill(why) {
        if (!alive) return;
        end();
        events.died(why);
      },
      hang(answering) {
        hangs = true;
        answers = answering;
        void server.receive({ type: 'stop' });
      },
    };
    workers.push(worker);
    port2.onmessage = ({ data }: MessageEvent<ToLaneWorker>) => {
      worker.heard.push(data);
      if (hangs && answers && data.type === 'ping') port2.postMessage({ type: 'alive', work: 1 });
      if (hangs) return;
      void server.receive(data);
    };
    port1.onmessage = ({ data }: MessageEvent<FromLaneWorker>) => {
      if (!alive) return;
      worker.said.push(data);
      events.message(data);
    };
    return { post: (message) => alive && port1.postMessage(message), terminate: end };
  };
  return { open, workers };
}

/** An executor on `count` such workers. */
export async function onChannels(
  count: number,
  workers: ChannelWorkers = channelWorkers(),
  options: Partial<CrewOptions> = {},
): Promise<CreateExecutor> {
  const { open } = workers;
  const crew = await Crew.start(count, { open, backend: 'wasm', arithmetic: 'wasm-separate', ...options });
  return (parts) => new OnCores(crew, parts);
}
