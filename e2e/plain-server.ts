/** A static host that sends no headers of its own, as GitHub Pages does. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

export interface PlainServer {
  /** Address of the site; its path is a folder, as on GitHub Pages. */
  readonly address: string;
  /**
   * Called with each requested path below the site's folder. Returns a status to answer with, `hang` for no answer, or
   * null for the file.
   */
  fault: (path: string) => number | 'hang' | null;
  close(): Promise<void>;
}

/**
 * Serves `folder` below /arat/ on a free port of this machine. `host`: the name in the address, which the browser must
 * be configured to resolve to this machine.
 */
export async function servePlain(folder: string, host = 'localhost'): Promise<PlainServer> {
  const http = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = normalize(pathname.replace(/^\/arat\//, '').replace(/^$/, 'index.html'));
    const content =
      pathname.startsWith('/arat/') && !path.startsWith('..')
        ? await readFile(join(folder, path)).catch(() => null)
        : null;
    const fault = server.fault(path);
    if (fault === 'hang') return;
    if (fault !== null) return void response.writeHead(fault).end();
    response.writeHead(content ? 200 : 404, { 'Content-Type': TYPES[extname(path)] ?? 'text/plain' });
    response.end(content ?? 'Not found');
  });
  await new Promise<void>((resolve) => http.listen(0, 'localhost', resolve));
  const { port } = http.address() as AddressInfo;
  const server: PlainServer = {
    address: `http://${host}:${port}/arat/`,
    fault: () => null,
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}
