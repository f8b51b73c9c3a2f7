/**
 * `npm run robustness -- <folder> [--attacks a,b,...] [--backend wasm|cpu|webgpu] [--norm linf|l2] [--eps E] [--seed
 * N] [--json FILE]`: runs this engine's attacks on a network that the official AutoAttack has judged, and compares the
 * verdicts image by image. Exits with 1 if a count differs by more than 1 % of the images. With another norm or eps
 * than the folder's, the verdicts are not compared.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { count } from '../core/judge/checks.ts';
import { aboveRange } from '../core/judge/radius.ts';
import type { CheckResult } from '../core/result/stress-report.ts';
import { argmax, AttackModel } from '../core/attacks/attack-model.ts';
import { attackSet, type Entry } from '../core/attacks/attack-set.ts';
import { AUTOATTACK } from '../core/attacks/autoattack.ts';
import { ATTACKS } from '../core/attacks/registry.ts';
import type { Norm, Threat } from '../core/attacks/types.ts';
import { initialiseBackend } from '../core/backend/backend.ts';
import { readSafetensors } from '../core/nn/safetensors.ts';
import { parseRobustReference, type RobustReference } from '../parity/robust-reference.ts';
import { writeWhole } from '../core/node-files.ts';
import {
  choiceOption,
  formatSeconds,
  integerOption,
  parseOptions,
  radiusOption,
  runCommand,
  UsageError,
} from './args.ts';
import { checkOutput } from './output.ts';
import { HEADER, printChecks, printRow, SEQUENCE, type Judged, type Row } from './robustness-print.ts';

const DEFAULT = ['apgd-ce', 'apgd-t', 'fab-t', 'square', SEQUENCE];
const NORMS: readonly Norm[] = ['linf', 'l2'];
const NAMES = [...ATTACKS.map((a) => a.id), SEQUENCE];
/** Largest radius of each norm, as on the page. */
const MOST_EPS: Readonly<Record<Norm, number>> = { linf: 1, l2: 5 };
/** A count may differ by this share of the images. */
const TOLERANCE = 0.01;
/** Logits may differ by this share of the largest official logit, or of 1 if that is larger. */
const LOGITS_TOLERANCE = 1e-3;
const BATCH = 100;
const BACKENDS = ['wasm', 'cpu', 'webgpu'] as const;
const USAGE =
  'Usage: npm run robustness -- <folder> [--attacks a,b,...] [--backend wasm|cpu|webgpu] [--norm linf|l2] [--eps E] [--seed N] [--json FILE]';

/** The options; null: the folder's own value, or for `json` no file. */
export interface RobustnessRequest {
  readonly folder: string;
  readonly names: readonly string[];
  readonly backend: (typeof BACKENDS)[number];
  readonly norm: Norm | null;
  readonly eps: number | null;
  readonly seed: number;
  readonly json: string | null;
}

async function load(folder: string): Promise<RobustReference> {
  const read = async (name: string) => {
    try {
      return await readFile(join(folder, name));
    } catch {
      throw new UsageError(`${folder} has no ${name}: expected a folder with the files of robust-a.`);
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

async function judge(
  reference: RobustReference,
  name: string,
  threat: Threat,
  seed: number,
): Promise<Judged> {
  const { logits, classes, x, y, robust, counts } = reference;
  const compared = threat.norm === reference.norm && threat.eps === reference.eps;
  const started = performance.now();
  const cpu = process.cpuUsage();
  let told = started;
  const entries = entriesOf(name);
  const result = await attackSet(
    {
      model: new AttackModel(logits, classes),
      x,
      y,
      threat,
      seed,
      onProgress: (done, total, attack) => {
        if (performance.now() - told < 10_000) return;
        told = performance.now();
        const left = ((told - started) * (total - done)) / done / 1000;
        console.error(`  ${name}: ${attack.name}, at most ${formatSeconds(left)} left`);
      },
    },
    entries,
  );
  if (result.excess > 1e-6)
    throw new Error(`${name} left the eps-ball or [0,1] by ${result.excess.toExponential(1)}.`);
  const ours = result.verdicts.map((verdict) => (verdict === 'robust' ? 1 : 0));
  const official = compared ? robust.get(name) : undefined;
  const { user, system } = process.cpuUsage(cpu);
  const blackBox = new Set(entries.filter((e) => !e.attack.whiteBox).map((e) => e.attack.id));
  const row: Row = {
    attack: name,
    ours: ours.reduce<number>((a, b) => a + b, 0),
    official: compared ? (counts[name] ?? null) : null,
    agree: official ? ours.filter((o, i) => o === official[i]).length : null,
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    shares: result.seconds,
  };
  return {
    row,
    robust: ours.map((o) => o === 1),
    excess: result.excess,
    onlyBlackBox:
      blackBox.size < entries.length
        ? result.fooledBy.filter((id) => id !== null && blackBox.has(id)).length
        : null,
  };
}

/**
 * Prints how many clean images are right, and the largest difference from the official logits. `same` is false if
 * either is beyond its tolerance: then this is not the network that was judged.
 */
async function checkClean(reference: RobustReference): Promise<{ same: boolean; clean: boolean[] }> {
  const { logits, classes, x, y, officialLogits, counts, n } = reference;
  const model = new AttackModel(logits, classes);
  let [worst, largest] = [0, 1];
  const clean: boolean[] = [];
  for (let first = 0; first < n; first += BATCH) {
    const size = Math.min(BATCH, n - first);
    const ours = await model.logits(x.subarray(first * model.imageSize, (first + size) * model.imageSize));
    ours.forEach((value, k) => {
      const official = officialLogits[first * classes + k];
      worst = Math.max(worst, Math.abs(value - official));
      largest = Math.max(largest, Math.abs(official));
    });
    for (let i = 0; i < size; i++) clean.push(argmax(ours, classes, i) === y[first + i]);
  }
  const right = count(clean);
  const official = counts.clean_correct;
  console.log(
    `clean: ${right} of ${n} right (official ${official ?? 'unknown'}), logits off by at most ${worst.toExponential(1)}`,
  );
  const same = worst <= LOGITS_TOLERANCE * largest && Math.abs(right - (official ?? right)) <= TOLERANCE * n;
  return { same, clean };
}

/** Reads the options. Throws `UsageError`. */
export function parseRequest(args: string[]): RobustnessRequest {
  const { values, positionals } = parseOptions({
    args,
    options: {
      attacks: { type: 'string' },
      backend: { type: 'string' },
      norm: { type: 'string' },
      eps: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'string' },
    },
    strict: true,
    allowPositionals: true,
  });
  if (positionals.length !== 1) throw new UsageError(USAGE);
  const names = values.attacks?.split(',').map((s) => s.trim()) ?? DEFAULT;
  const unknown = names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined)
    throw new UsageError(`Unknown attack "${unknown}": expected one of ${NAMES.join(', ')}.`);
  const norm = values.norm === undefined ? null : choiceOption('norm', values.norm, NORMS);
  return {
    folder: positionals[0],
    names,
    backend: choiceOption('backend', values.backend, BACKENDS),
    norm,
    // Without --norm, the norm is that of the folder: `robustness` checks the radius again.
    eps: radiusOption('eps', values.eps, MOST_EPS[norm ?? 'l2']) ?? null,
    seed: integerOption('seed', values.seed, 0, 2 ** 31 - 1) ?? 0,
    json: values.json ?? null,
  };
}

/** Runs the command with these arguments and resolves with its exit code. Rejects with `UsageError`. */
export async function robustness(args: string[]): Promise<number> {
  const { folder, names, backend, seed, json, ...asked } = parseRequest(args);
  if (json !== null) checkOutput('--json', json);
  const started = await initialiseBackend(backend);
  if (started.backend !== backend)
    throw new Error(`${backend} could not be used: ${started.warnings.join(' ')}`);
  const reference = await load(folder);
  const { n } = reference;
  const threat = { norm: asked.norm ?? reference.norm, eps: asked.eps ?? reference.eps };
  const wrong = aboveRange(threat.eps, MOST_EPS[threat.norm]);
  if (wrong) reference.network.dispose();
  if (wrong) throw new UsageError(`${asked.eps === null ? `${folder}/index.json: eps` : '--eps'} ${wrong}`);
  const ball =
    threat.norm === 'linf'
      ? `L-inf, eps ${Number((threat.eps * 255).toFixed(2))}/255`
      : `L2, eps ${threat.eps}`;
  console.log(`${folder} on ${started.device}: ${n} images, ${ball}, seed ${seed}`);
  const { same: sameNetwork, clean } = await checkClean(reference);
  if (!sameNetwork) console.log('the clean images already give other answers than the official network');
  console.log(HEADER);
  const judged: Judged[] = [];
  const save = (checks?: readonly CheckResult[]) => {
    const rows = judged.map((j) => j.row);
    if (json !== null)
      writeWhole(json, JSON.stringify({ device: started.device, n, ...threat, seed, rows, checks }, null, 1));
  };
  for (const name of names) {
    judged.push(await judge(reference, name, threat, seed));
    printRow(judged[judged.length - 1].row, n);
    // Save after each attack, so that the rows are not lost if a later one fails.
    save();
  }
  save(printChecks(clean, judged, threat.norm));
  const rows = judged.map((j) => j.row);
  const off = rows.filter((r) => r.official !== null && Math.abs(r.ours - r.official) > TOLERANCE * n);
  if (off.length > 0)
    console.log(`more than ${TOLERANCE * n} images off: ${off.map((r) => r.attack).join(', ')}`);
  reference.network.dispose();
  return sameNetwork && off.length === 0 ? 0 : 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  await runCommand(() => robustness(process.argv.slice(2)));
