/** Builds the page, serves it cross-origin isolated (threads for WASM), prints the address, opens a browser if there is a display. */
import { spawn } from 'node:child_process';
import { build, preview } from 'vite';

const option = (name, fallback) => {
  const i = process.argv.indexOf(name);
  return i >= 0 ? process.argv[i + 1] : fallback;
};
const port = Number(option('--port', '4173'));
if (!Number.isInteger(port) || port < 1 || port > 65535) {
  console.error(`--port must be a whole number from 1 to 65535, not "${option('--port')}".`);
  process.exit(2);
}

await build({ logLevel: 'warn' });
const server = await preview({ preview: { port, open: false } });
const address = server.resolvedUrls?.local[0] ?? `http://localhost:${port}/`;
console.log(`\nARAT Playground: ${address}\nStop it with Ctrl+C.`);

const hasDisplay =
  process.platform === 'darwin' ||
  process.platform === 'win32' ||
  process.env.DISPLAY ||
  process.env.WAYLAND_DISPLAY;
if (hasDisplay && !process.env.CI && !process.argv.includes('--no-open')) {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', address]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', address]
        : ['xdg-open', address];
  // The address is printed above: a machine without an opener is no failure.
  spawn(command, args, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
