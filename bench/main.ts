/**
 * `npm run bench [-- --only NAME,NAME --json FILE --quick ...]`: measures and prints figures, without judging them.
 * README.md beside this file says what the parts, the figures and the other options are.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { findBrowser } from '../scripts/browser.mjs';
import { integerOption, parseOptions, runCommand, UsageError } from '../src/cli/args.ts';
import { checkOutput } from '../src/cli/output.ts';
import { errorMessage } from '../src/core/error-message.ts';
import { writeWhole } from '../src/core/node-files.ts';
import { describeMachine, printMachine } from './machine.ts';
import type { Part, PartOptions } from './parts/part.ts';
import { printEntry, type Entry } from './report.ts';

/** Loaded when they run: a wrong option is answered at once. */
const PARTS: Readonly<Record<string, () => Promise<Part>>> = {
  webgpu: async () => (await import('./parts/webgpu.ts')).webgpu,
  'wasm-browser': async () => (await import('./parts/wasm.ts')).wasmBrowser,
  'wasm-node': async () => (await import('./parts/wasm.ts')).wasmNode,
  race: async () => (await import('./parts/race.ts')).race,
  growth: async () => (await import('./parts/growth.ts')).growth,
  page: async () => (await import('./parts/page.ts')).page,
};

interface Options extends PartOptions {
  readonly only: readonly string[];
  readonly json: string | undefined;
}

function readOptions(): Options {
  const { values } = parseOptions({
    options: {
      only: { type: 'string' },
      json: { type: 'string' },
      quick: { type: 'boolean', default: false },
      node: { type: 'boolean', default: false },
      batch: { type: 'string' },
      pytorch: { type: 'string', default: 'python3' },
      before: { type: 'string' },
      rounds: { type: 'string' },
    },
  });
  const only = values.only?.split(',') ?? Object.keys(PARTS);
  const unknown = only.filter((name) => !(name in PARTS));
  if (unknown.length > 0)
    throw new UsageError(`Unknown part ${unknown.join(', ')}: there are ${Object.keys(PARTS).join(', ')}.`);
  const batch = integerOption('batch', values.batch, 2, 1024);
  const rounds = integerOption('rounds', values.rounds, 1, 100);
  const { json, quick, node, pytorch, before } = values;
  if (before !== undefined && !existsSync(join(before, 'index.html')))
    throw new UsageError(`--before ${before} holds no built page: name the dist folder of another version.`);
  if (json !== undefined) checkOutput('--json', json);
  return { only, json, quick, node, batch, pytorch, before, rounds };
}

/** One line: vite's build errors say on later lines what is wrong. */
function reasonOf(error: unknown): string {
  const lines = errorMessage(error).split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 3)
    .join(' ');
}

await runCommand(async () => {
  const options = readOptions();
  // Only its name: parts that need a browser say what is wrong with it.
  const machine = describeMachine(await findBrowser().catch(() => null));
  console.log(printMachine(machine));
  const entries: Entry[] = [];
  const failures: { name: string; reason: string }[] = [];
  const save = (): void => {
    if (options.json)
      writeWhole(options.json, JSON.stringify({ machine, entries, failures }, null, 1) + '\n');
  };
  for (const name of options.only) {
    console.log(`\n${name}`);
    let place = '';
    try {
      const part = await PARTS[name]();
      await part(
        options,
        (e) => {
          const here = `${e.backend}, ${e.adapter}`;
          if (here !== place) console.log(` ${here}`);
          place = here;
          console.log(printEntry(e));
          entries.push(e);
          save();
        },
        (text) => console.log(`  (${text})`),
      );
    } catch (error) {
      const reason = reasonOf(error);
      console.log(`  left out: ${reason}`);
      failures.push({ name, reason });
      save();
    }
  }
  return 0;
});
