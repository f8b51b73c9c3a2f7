/** Reads the options of `npm start -- ...`, and words the lines that say where the page is served. */

const USAGE = 'Usage: npm start -- [--host [ADDRESS]] [--port NUMBER] [--no-open]';

/**
 * Options, or an error in words. `--host` without an address or `HOST=0.0.0.0` serves all addresses of the machine,
 * which a container needs; with neither, only this machine can open the page. `--host` takes precedence over HOST.
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

/** Lines that name each address and who can open it. */
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
      'Browsers allow threads and offline use on localhost and HTTPS only: elsewhere WASM runs on one thread.',
    );
  return lines;
}
