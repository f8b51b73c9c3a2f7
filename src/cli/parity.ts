/**
 * `npm run parity -- <folder> [<folder>...] [--backend wasm|cpu|webgpu]`: compares this engine with numbers computed
 * by the official PyTorch code, quantity by quantity. Exits with 1 if a difference exceeds its tolerance.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { initialiseBackend } from '../core/backend/backend.ts';
import { METHODS } from '../core/methods/index.ts';
import { runAratCases } from '../parity/arat-cases.ts';
import { runPlainCases } from '../parity/plain-cases.ts';
import { Report } from '../parity/report.ts';
import { parseReference, type Reference } from '../parity/reference.ts';
import { readSafetensors } from '../core/nn/safetensors.ts';
import { choiceOption, parseOptions, runCommand, UsageError } from './args.ts';

async function loadReference(folder: string): Promise<Reference> {
  const read = async (name: string) => {
    try {
      return await readFile(join(folder, name));
    } catch {
      throw new UsageError(`${folder} has no ${name}: expected a folder with the files of reference-a.`);
    }
  };
  const index: unknown = JSON.parse((await read('index.json')).toString());
  return parseReference(index, async (name) => readSafetensors(await read(name)));
}

async function main(): Promise<number> {
  const { values, positionals } = parseOptions({
    args: process.argv.slice(2),
    options: { backend: { type: 'string' } },
    strict: true,
    allowPositionals: true,
  });
  if (positionals.length === 0)
    throw new UsageError('Usage: npm run parity -- <folder> [<folder>...] [--backend wasm|cpu|webgpu]');
  const backend = choiceOption('backend', values.backend, ['wasm', 'cpu', 'webgpu'] as const);
  const started = await initialiseBackend(backend);
  if (started.backend !== backend)
    throw new Error(`${backend} could not be used: ${started.warnings.join(' ')}`);
  let ok = true;
  for (const folder of positionals) {
    const reference = await loadReference(folder);
    console.log(`${folder} on ${started.device}`);
    const report = new Report();
    if (reference.arat) await runAratCases(reference, report);
    if (reference.plain) await runPlainCases(reference, report);
    console.log(report.text());
    const { methods } = reference.index.cases.plain ?? { methods: {} };
    const covered = [...Object.keys(METHODS), 'eval'];
    const left = Object.keys(methods).filter((m) => !covered.includes(m));
    if (left.length > 0) console.log(`not covered by this version: ${left.join(', ')}`);
    ok &&= report.ok;
  }
  return ok ? 0 : 1;
}

await runCommand(main);
