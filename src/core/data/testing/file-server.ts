/** A local file server that can show the faults of real ones, for tests in Node. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ServerFaults {
  /** Answer range requests with 200 and the whole file. */
  ignoreRanges?: boolean;
  /** Cut the connection on range requests, which is what a refused preflight looks like to a page. */
  dropRanges?: boolean;
  /** Send ranges without Content-Range, as a host that does not expose it. */
  hideContentRange?: boolean;
  /** Send Content-Range one byte off. */
  shiftRanges?: boolean;
  /** Answer the first `times` requests whose path ends with `end` with this status. */
  fail?: { end: string; status: number; times: number; retryAfter?: string };
  /** Never answer. */
  silent?: boolean;
  /** Stop in the middle of the body and keep the connection open. */
  stall?: boolean;
  /** Close the connection after this many bytes of a body. */
  cutAfter?: number;
  /** Cut only bodies whose path ends with this. */
  cutEnd?: string;
}

export interface FileServer {
  readonly url: string;
  readonly files: Map<string, Uint8Array>;
  faults: ServerFaults;
  /** `path range` of each request. */
  readonly requests: string[];
  readonly methods: Set<string>;
  close(): Promise<void>;
}

/** Serves `files` by path, or with `redirectTo` redirects (302) to the same path there. The caller closes it. */
export async function startFileServer(
  files: Record<string, Uint8Array>,
  redirectTo?: string,
): Promise<FileServer> {
  const requests: string[] = [];
  const methods = new Set<string>();
  const map = new Map(Object.entries(files));
  const server = createServer((request, response) => {
    requests.push(`${request.url} ${request.headers.range ?? 'all'}`);
    methods.add(request.method ?? '');
    if (redirectTo !== undefined) {
      response.writeHead(302, { Location: redirectTo + request.url }).end();
    } else {
      answer(request, response, map, self.faults);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const self: FileServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files: map,
    faults: {},
    requests,
    methods,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return self;
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: Map<string, Uint8Array>,
  faults: ServerFaults,
): void {
  if (faults.silent) return;
  const path = request.url ?? '';
  if (faults.fail && faults.fail.times > 0 && path.endsWith(faults.fail.end)) {
    faults.fail.times--;
    const { retryAfter } = faults.fail;
    response
      .writeHead(faults.fail.status, retryAfter === undefined ? {} : { 'Retry-After': retryAfter })
      .end('no');
    return;
  }
  const file = files.get(path);
  if (!file) {
    response.writeHead(404).end('not found');
    return;
  }
  const cuts = path.endsWith(faults.cutEnd ?? '');
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  if (range && faults.dropRanges) {
    request.socket.destroy();
    return;
  }
  if (!range || faults.ignoreRanges) {
    send(response, 200, {}, file, cuts ? faults : {});
    return;
  }
  const start = Number(range[1]) + (faults.shiftRanges && Number(range[2]) > 3 ? 1 : 0);
  const body = file.subarray(start, Number(range[2]) + 1);
  const header = { 'Content-Range': `bytes ${start}-${start + body.length - 1}/${file.length}` };
  send(response, 206, faults.hideContentRange ? {} : header, body, cuts ? faults : {});
}

function send(
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  body: Uint8Array,
  faults: ServerFaults,
): void {
  response.writeHead(status, {
    ...headers,
    'Content-Length': body.length,
    'Access-Control-Allow-Origin': '*',
  });
  const cut = faults.cutAfter ?? (faults.stall ? Math.floor(body.length / 2) : null);
  if (cut === null || body.length <= cut) {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, cut), () => {
    if (!faults.stall) response.destroy();
  });
}
