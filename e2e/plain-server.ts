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
  /** Ends with the folder that the site lies in, as on GitHub Pages. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves `folder` below /arat/ on a free port of this machine. `host`: the name in the address, which the browser must be told to
 * look up here.
 */
export async function servePlain(folder: string, host = 'localhost'): Promise<PlainServer> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const path = normalize(pathname.replace(/^\/arat\//, '').replace(/^$/, 'index.html'));
    const content =
      pathname.startsWith('/arat/') && !path.startsWith('..')
        ? await readFile(join(folder, path)).catch(() => null)
        : null;
    response.writeHead(content ? 200 : 404, { 'Content-Type': TYPES[extname(path)] ?? 'text/plain' });
    response.end(content ?? 'Not found');
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://${host}:${port}/arat/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
