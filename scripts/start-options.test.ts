import { describe, expect, test } from 'vitest';
import { addressWords, readStartOptions } from './start-options.mjs';

describe('the options of npm start', () => {
  test('given no options, when read, then only this machine is served, on the default port', () => {
    expect(readStartOptions([], {})).toEqual({ host: undefined, port: 4173, open: true });
  });

  test('given --host without an address, when read, then all addresses are served', () => {
    expect(readStartOptions(['--host'], {})).toMatchObject({ host: true });
    expect(readStartOptions(['--host', '--port', '80'], {})).toMatchObject({ host: true, port: 80 });
  });

  test('given an address by --host or HOST, when read, then it is served, and --host takes precedence', () => {
    expect(readStartOptions(['--host', '0.0.0.0'], {})).toMatchObject({ host: '0.0.0.0' });
    expect(readStartOptions(['--host=::'], {})).toMatchObject({ host: '::' });
    expect(readStartOptions([], { HOST: '0.0.0.0' })).toMatchObject({ host: '0.0.0.0' });
    expect(readStartOptions(['--host', '127.0.0.1'], { HOST: '0.0.0.0' })).toMatchObject({
      host: '127.0.0.1',
    });
  });

  test('given a wrong port or an unknown option, when read, then an error names it and the usage', () => {
    for (const args of [['--port', '0'], ['--port', '70000'], ['--port', 'x'], ['--port'], ['--hots']]) {
      const options = readStartOptions(args, {});
      expect('error' in options && options.error).toMatch(/--port must be|Unknown option --hots/);
      expect('error' in options && options.error).toContain('Usage: npm start --');
    }
  });
});

describe('the addresses that npm start prints', () => {
  const local = ['http://localhost:4173/'];

  test('given only this machine, when worded, then the text says how to serve others', () => {
    const words = addressWords({ local, network: [], address: local[0], host: undefined }).join('\n');
    expect(words).toContain('open http://localhost:4173/');
    expect(words).toContain('npm start -- --host');
  });

  test('given all addresses, when worded, then each is named with who can open it, and the limits of plain http', () => {
    const network = ['http://192.168.1.5:4173/'];
    const words = addressWords({ local, network, address: local[0], host: true }).join('\n');
    expect(words).toContain('From another machine: http://192.168.1.5:4173/');
    expect(words).toContain('one thread');
  });
});
