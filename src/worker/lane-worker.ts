/**
 * The entry of a lane's worker in the page, which the engine's worker starts: lane-server.ts behind the worker's own
 * messages.
 */
import { initialiseBackend } from '../core/backend/backend.ts';
import type { ToLaneWorker } from '../core/race/lane-protocol.ts';
import { LaneServer } from '../core/race/lane-server.ts';

/** Its files have been loaded by the engine's worker, and come from the browser's cache. */
const ARRIVAL_MS = 15_000;

const server = new LaneServer({
  post: (message, transfer = []) => self.postMessage(message, { transfer }),
  start: ({ backend, threads }) => initialiseBackend(backend, { threads, arrivalMs: ARRIVAL_MS }),
});
self.onmessage = ({ data }: MessageEvent<ToLaneWorker>) => void server.receive(data);
