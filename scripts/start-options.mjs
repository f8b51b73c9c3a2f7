/** What `npm start -- ...` is asked for, and the words in which it says where the page is. */

const USAGE = 'Usage: npm start -- [--host [ADDRESS]] [--port NUMBER] [--no-open]';

/**
 * `--host` without an address, or `HOST=0.0.0.0`, serves all addresses of the machine, as a container needs; without
 * both, only this machine.
 */
export function readStartOptions(args, environment) {
  let host = environment.HOST || undefined;
  let port = 4173;
  let open = true;
  for (let i = 0; i < args.length; i++) {
    const [name, ...rest] = args[i].split('=');
    const next = () => (rest.length > 0 ? rest.join('=') : args[++i]);
    const hasValue = rest.length > 0 || (args[i + 1] !== undefined && !args[i + 1].startsWith('-'));
    if (name === '--host') host = hasValue ? next() : true;
    else if (name === '--port') {
      const value = hasValue ? next() : '';
      port = Number(value);
      if (value === '' || !Number.isInteger(port) || port < 1 || port > 65535)
        return { error: `--port must be a whole number from 1 to 65535, not "${value}". ${USAGE}` };
    } else if (name === '--no-open') open = false;
    else return { error: `Unknown option ${args[i]}. ${USAGE}` };
  }
  return { host, port, open };
}

/** One line per address, each with who can open it. */
export function addressWords({ local, network, address, host }) {
  const lines = [`ARAT Playground: open ${address}`];
  if (host === undefined) {
    lines.push('Only this machine is served. From a container or for other machines: npm start -- --host');
    return lines;
  }
  if (local.length > 0)
    lines.push('In a container: publish the port, and open the address with that port on the host.');
  for (const url of network) if (url !== address) lines.push(`From another machine: ${url}`);
  if (network.length > 0)
    lines.push(
      'Browsers give threads and offline use only to localhost and HTTPS: elsewhere WASM runs on one thread.',
    );
  return lines;
}
