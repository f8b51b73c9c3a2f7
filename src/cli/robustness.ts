/**
 * `npm run robustness -- <folder> [--attacks a,b,...] [--backend wasm|cpu|webgpu] [--seed N] [--json FILE]`: runs this engine's attacks on
 * a network whose robustness the official AutoAttack has judged, and compares image by image; exit code 1 when a count is more than
 * 1 % of the images off.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AttackModel } from '../core/attacks/attack-model.ts';
import { attackSet, type Entry } from '../core/attacks/attack-set.ts';
import { AUTOATTACK } from '../core/attacks/autoattack.ts';
import { ATTACKS } from '../core/attacks/registry.ts';
import { initialiseBackend } from '../core/backend/backend.ts';
import { readSafetensors } from '../core/nn/safetensors.ts';
import { parseRobustReference, type RobustReference } from '../core/parity/robust-reference.ts';
import { choiceOption, formatSeconds, integerOption, parseOptions, runCommand, UsageError } from './args.ts';

const SEQUENCE = 'autoattack';
const DEFAULT = ['apgd-ce', 'apgd-t', 'fab-t', 'square', SEQUENCE];
const NAMES = [...ATTACKS.map((a) => a.id), SEQUENCE];
/** Share of the images by which a count may differ. */
const TOLERANCE = 0.01;

interface Row {
  readonly attack: string;
  readonly ours: number;
  readonly official: number | null;
  /** Images on which the verdicts agree. */
  readonly agree: number | null;
  readonly seconds: number;
  readonly shares: Readonly<Record<string, number>>;
}

async function load(folder: string): Promise<RobustReference> {
  const read = async (name: string) => {
    try {
      return await readFile(join(folder, name));
    } catch {
      throw new UsageError(`${folder} has no ${name}: expected a folder of the form of robust-a.`);
    }
  };
  const index: unknown = JSON.parse((await read('index.json')).toString());
  return parseRobustReference(index, readSafetensors(await read('model.safetensors')));
}

function entriesOf(name: string): readonly Entry[] {
  if (name === SEQUENCE) return AUTOATTACK;
  const attack = ATTACKS.find((a) => a.id === name)!;
  return [{ attack, budget: attack.budget }];
}

async function judge(reference: RobustReference, name: string, seed: number): Promise<Row> {
  const { logits, classes, x, y, eps, robust, counts } = reference;
  const started = performance.now();
  let told = started;
  const result = await attackSet(
    {
      model: new AttackModel(logits, classes),
      x,
      y,
      threat: { norm: 'linf', eps },
      seed,
      onProgress: (done, total, attack) => {
        if (performance.now() - told < 10_000) return;
        told = performance.now();
        const left = ((told - started) * (total - done)) / done / 1000;
        console.error(`  ${name}: ${attack.name}, at most ${formatSeconds(left)} left`);
      },
    },
    entriesOf(name),
  );
  if (result.excess > 1e-6)
    throw new Error(`${name} left the eps-ball or [0,1] by ${result.excess.toExponential(1)}.`);
  const ours = result.verdicts.map((verdict) => (verdict === 'standing' ? 1 : 0));
  const official = robust.get(name);
  return {
    attack: name,
    ours: ours.reduce<number>((a, b) => a + b, 0),
    official: counts[name] ?? null,
    agree: official ? ours.filter((o, i) => o === official[i]).length : null,
    seconds: (performance.now() - started) / 1000,
    shares: result.seconds,
  };
}

/** Largest difference from the official logits, and how many images are right. */
async function checkClean({ logits, classes, x, y, officialLogits, counts, n }: RobustReference) {
  const ours = await new AttackModel(logits, classes).logits(x);
  const worst = ours.reduce((m, value, i) => Math.max(m, Math.abs(value - officialLogits[i])), 0);
  const right = y.reduce((sum, label, i) => {
    const row = ours.subarray(i * classes, (i + 1) * classes);
    return sum + (row.indexOf(Math.max(...row)) === label ? 1 : 0);
  }, 0);
  console.log(
    `clean: ${right} of ${n} right (official ${counts.clean_correct ?? 'unknown'}), logits off by at most ${worst.toExponential(1)}`,
  );
}

function printRow({ attack, ours, official, agree, seconds, shares }: Row, n: number): void {
  const cells = [
    attack.padEnd(16),
    String(ours).padStart(8),
    String(official ?? '-').padStart(10),
    (agree === null ? '-' : `${agree}/${n}`).padStart(10),
    seconds.toFixed(1).padStart(9),
  ];
  const parts = Object.entries(shares);
  const texts = parts.map(([id, s]) => `${id} ${((100 * s) / Math.max(seconds, 1e-9)).toFixed(0)} %`);
  console.log(cells.join(' ') + (parts.length > 1 ? `   ${texts.join(', ')}` : ''));
}

async function main(): Promise<number> {
  const { values, positionals } = parseOptions({
    args: process.argv.slice(2),
    options: {
      attacks: { type: 'string' },
      backend: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'string' },
    },
    strict: true,
    allowPositionals: true,
  });
  if (positionals.length !== 1)
    throw new UsageError(
      'Usage: npm run robustness -- <folder> [--attacks a,b,...] [--backend wasm|cpu|webgpu] [--seed N] [--json FILE]',
    );
  const names = values.attacks?.split(',').map((s) => s.trim()) ?? DEFAULT;
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`Unknown attack "${unknown}": there are ${NAMES.join(', ')}.`);
  const seed = integerOption('seed', values.seed, 0, 2 ** 31 - 1) ?? 0;
  const backend = choiceOption('backend', values.backend, ['wasm', 'cpu', 'webgpu'] as const);
  const started = await initialiseBackend(backend);
  if (started.backend !== backend)
    throw new Error(`${backend} could not be used: ${started.warnings.join(' ')}`);
  const reference = await load(positionals[0]);
  const { n, eps } = reference;
  const in255 = Number((eps * 255).toFixed(2));
  console.log(`${positionals[0]} on ${started.device}: ${n} images, L-inf, eps ${in255}/255, seed ${seed}`);
  await checkClean(reference);
  console.log('attack           standing   official      agree   seconds');
  const rows: Row[] = [];
  for (const name of names) {
    const row = await judge(reference, name, seed);
    rows.push(row);
    printRow(row, n);
  }
  if (values.json !== undefined)
    await writeFile(values.json, JSON.stringify({ device: started.device, n, eps, seed, rows }, null, 1));
  const off = rows.filter((r) => r.official !== null && Math.abs(r.ours - r.official) > TOLERANCE * n);
  if (off.length > 0)
    console.log(`more than ${TOLERANCE * n} images off: ${off.map((r) => r.attack).join(', ')}`);
  reference.network.dispose();
  return off.length > 0 ? 1 : 0;
}

await runCommand(main);
