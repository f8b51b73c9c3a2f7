/**
 * Builds the page, serves it with its security headers (threads for WASM), prints the addresses, opens a browser if
 * there is a display.
 */
import { spawn } from 'node:child_process';
import { build, preview } from 'vite';
import { addressWords, readStartOptions } from './start-options.mjs';

const options = readStartOptions(process.argv.slice(2), process.env);
if ('error' in options) {
  console.error(options.error);
  process.exit(2);
}
const { host, port, open } = options;

await build({ logLevel: 'warn' });
// Other machines may open the page under any host name of this one.
const server = await preview({
  preview: { host, port, open: false, allowedHosts: host === undefined ? undefined : true },
}).catch((error) => {
  console.error(
    `The page cannot be served on host ${host ?? 'localhost'}, port ${port}: ${error.message}. ` +
      'Name another with --host and --port (the environment variable HOST has the effect of --host).',
  );
  process.exit(1);
});
const { local = [], network = [] } = server.resolvedUrls ?? {};
const address = local[0] ?? network[0] ?? `http://localhost:${port}/`;
console.log(`\n${addressWords({ local, network, address, host }).join('\n')}\nStop it with Ctrl+C.`);

const hasDisplay =
  process.platform === 'darwin' ||
  process.platform === 'win32' ||
  process.env.DISPLAY ||
  process.env.WAYLAND_DISPLAY;
if (hasDisplay && !process.env.CI && open) {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', address]
        : ['xdg-open', address];
  // A machine without a program that opens the address is no error, because the address is printed above.
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
