/**
 * A worker on a message channel: comlink works for real, only the thread is missing. It can die and fall silent to
 * order.
 */
import { expose } from 'comlink';

export interface ChannelWorker extends Worker {
  readonly terminated: boolean;
  /** As a worker whose script throws. */
  die(message: string): void;
  /** As a worker that computes without end: what it is sent arrives only after `wake`. */
  fallSilent(): void;
  wake(): void;
}

/** `api` null: a worker that never answers. */
export function channelWorker(api: object | null): ChannelWorker {
  const { port1, port2 } = new MessageChannel();
  if (api) expose(api, port2 as never);
  port1.start();
  let silent = false;
  let held: [unknown, Transferable[]][] = [];
  const send = (message: unknown, transfer: Transferable[]) => port1.postMessage(message, transfer as never);
  const worker = {
    terminated: false,
    onerror: null as ((event: ErrorEvent) => void) | null,
    onmessageerror: null,
    postMessage: (message: unknown, transfer: Transferable[]) =>
      silent ? void held.push([message, transfer]) : send(message, transfer),
    addEventListener: (type: string, listener: EventListener) => port1.addEventListener(type, listener),
    removeEventListener: (type: string, listener: EventListener) => port1.removeEventListener(type, listener),
    terminate() {
      this.terminated = true;
      port1.close();
      port2.close();
    },
    die(message: string) {
      this.onerror?.({ message } as ErrorEvent);
    },
    fallSilent: () => void (silent = true),
    wake() {
      silent = false;
      for (const [message, transfer] of held) send(message, transfer);
      held = [];
    },
  };
  return worker as unknown as ChannelWorker;
}
