/** The code of a lane's worker in a thread of Node: a `LaneServer` on the thread's port. */
import { parentPort } from 'node:worker_threads';
import { initialiseBackend } from '../core/backend/backend.ts';
import type { ToLaneWorker } from '../core/race/lane-protocol.ts';
import { LaneServer } from '../core/race/lane-server.ts';

const port = parentPort!;
const server = new LaneServer({
  post: (message, transfer) => port.postMessage(message, transfer),
  start: ({ backend, threads }) => initialiseBackend(backend, { threads }),
});
port.on('message', (message: ToLaneWorker) => void server.receive(message));
