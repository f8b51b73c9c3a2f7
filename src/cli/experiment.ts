/**
 * The page's experiment without a page: `npm run experiment -- --dataset <synthetic|cifar10|path> --methods at,arat[...]
 * --preset demo --seeds 3 ... --out results.json`; `--line-up ladder` in place of `--methods` takes a ready field of contestants.
 * Progress on standard error, the final table on standard output. With `--out` the state is kept in a file beside it, and the same
 * command with `--resume` goes on after a stop or a crash. What `--out` names is only replaced with `--overwrite`.
 */
import { readFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { initialiseBackend } from '../core/backend/backend.ts';
import {
  BACKEND_CHOICES,
  MOST_REPEATS,
  PRECISIONS,
  parseConfig,
  type Contestant,
  type ExperimentConfig,
} from '../core/settings/config.ts';
import { LINE_UP_IDS, LINE_UPS } from '../core/experiments/line-ups.ts';
import { parseContestants } from '../core/experiments/contestant.ts';
import { raceTeraflop } from '../core/experiments/cost.ts';
import { PRESETS, type PresetName } from '../core/experiments/presets.ts';
import type { RaceResult } from '../core/result/results.ts';
import { attackText, byContestant, failuresOf, spreadOf, spreadText } from '../core/result/spread.ts';
import { Race } from '../core/race/race.ts';
import type { RaceEvent } from '../core/race/events.ts';
import { keepCheckpoint } from './experiment-checkpoint.ts';
import { loadData } from './experiment-data.ts';
import { prepareOutput, saveResult } from './experiment-output.ts';
import { choiceOption, formatSeconds, integerOption, parseOptions, runCommand, UsageError } from './args.ts';

const OPTIONS = {
  dataset: { type: 'string' },
  methods: { type: 'string' },
  'line-up': { type: 'string' },
  preset: { type: 'string' },
  classes: { type: 'string' },
  'train-size': { type: 'string' },
  'test-size': { type: 'string' },
  'eval-size': { type: 'string' },
  epochs: { type: 'string' },
  width: { type: 'string' },
  'batch-size': { type: 'string' },
  'attack-steps': { type: 'string' },
  'conflict-every': { type: 'string' },
  seed: { type: 'string' },
  seeds: { type: 'string' },
  precision: { type: 'string' },
  backend: { type: 'string' },
  out: { type: 'string' },
  resume: { type: 'boolean' },
  overwrite: { type: 'boolean' },
} as const;

/** Seconds of work that a crash may cost. */
const KEEP_EVERY_SECONDS = 60;

interface Request {
  readonly config: ExperimentConfig;
  readonly backend: (typeof BACKEND_CHOICES)[number];
  /** Null for synthetic and cifar10. */
  readonly path: string | null;
  readonly out: string | null;
  /** Go on from the state kept beside `out`. */
  readonly resume: boolean;
  /** Replace a result, and lose the state, that an earlier command left at `out`. */
  readonly overwrite: boolean;
}

/** `0,1,6,7`, or with ranges `0-99`. */
function classesOption(text: string | undefined, fallback: readonly number[]): number[] {
  if (text === undefined) return [...fallback];
  const index = (c: string) => integerOption('classes', c, 0, 99)!;
  return text.split(',').flatMap((part) => {
    const [from, to] = part.split('-').map(index);
    if (to < from) throw new UsageError(`--classes: a range goes upwards, not ${part}.`);
    return to === undefined ? [from] : Array.from({ length: to - from + 1 }, (_, i) => from + i);
  });
}

function contestantsOption(
  methods: string | undefined,
  lineUp: string | undefined,
  preset: ExperimentConfig,
): Contestant[] {
  const base = preset.contestants[0].switches;
  if (lineUp === undefined)
    return methods === undefined ? preset.contestants : parseContestants(methods, base);
  if (methods !== undefined) throw new UsageError('--line-up and --methods exclude each other: give one.');
  return LINE_UPS[choiceOption('line-up', lineUp, LINE_UP_IDS)].contestants(base);
}

/** Options -> a validated request. Throws UsageError. Exported for its tests. */
export function parseRequest(argv: readonly string[]): Request {
  const { values: o } = parseOptions({
    args: [...argv],
    options: OPTIONS,
    strict: true,
    allowPositionals: false,
  });
  const name = choiceOption<PresetName>('preset', o.preset, ['quick', 'demo', 'standard', 'official']);
  const preset = PRESETS[name];
  const dataset = o.dataset ?? 'synthetic';
  const path = dataset === 'synthetic' || dataset === 'cifar10' ? null : dataset;
  const resume = o.resume ?? false;
  if (resume && o.out === undefined)
    throw new UsageError('--resume needs the --out of the experiment that is to go on.');
  const overwrite = o.overwrite ?? false;
  if (resume && overwrite) throw new UsageError('--resume and --overwrite exclude each other: give one.');
  const integer = (
    option: Exclude<keyof typeof OPTIONS, 'resume' | 'overwrite'>,
    fallback: number,
    min = 1,
    max = 1_000_000,
  ) => integerOption(option, o[option], min, max) ?? fallback;
  try {
    const config = parseConfig({
      ...preset,
      dataset: {
        source: path === null ? dataset : 'archive',
        classes: classesOption(o.classes, preset.dataset.classes),
        trainSize: integer('train-size', preset.dataset.trainSize),
        testSize: integer('test-size', preset.dataset.testSize),
      },
      network: { ...preset.network, width: integer('width', preset.network.width) },
      attack: { ...preset.attack, steps: integer('attack-steps', preset.attack.steps, 0) },
      evaluation: { ...preset.evaluation, n: integer('eval-size', preset.evaluation.n) },
      optimiser: {
        ...preset.optimiser,
        epochs: integer('epochs', preset.optimiser.epochs),
        batchSize: integer('batch-size', preset.optimiser.batchSize),
      },
      contestants: contestantsOption(o.methods, o['line-up'], preset),
      conflictEvery: integer('conflict-every', preset.conflictEvery, 0),
      seed: integer('seed', preset.seed, 0, 2 ** 31 - 1),
      precision: choiceOption('precision', o.precision, PRECISIONS),
      repeats: integer('seeds', preset.repeats, 1, MOST_REPEATS),
    });
    const backend = choiceOption('backend', o.backend, BACKEND_CHOICES);
    return { config, backend, path, out: o.out ?? null, resume, overwrite };
  } catch (error) {
    throw error instanceof UsageError ? error : new UsageError((error as Error).message);
  }
}

const percent = (fraction: number): string => (100 * fraction).toFixed(1);

function describe(event: RaceEvent, epochs: number, left: () => number | null): string | null {
  if (event.type === 'epoch') {
    const { epoch, clean, robust, loss } = event.point;
    const seconds = left();
    return (
      (event.seed === undefined ? '' : `seed ${event.seed}  `) +
      `epoch ${epoch}/${epochs}  ${event.label}: clean ${percent(clean)} %, robust ${percent(robust)} %` +
      (loss === undefined ? '' : `, loss ${loss.toFixed(4)}`) +
      (seconds === null ? '' : `  (${formatSeconds(seconds)} left)`)
    );
  }
  if (event.type === 'failure')
    return `${event.seed === undefined ? '' : `seed ${event.seed}  `}${event.message}`;
  if (event.type === 'error' || event.type === 'note') return event.message;
  return null;
}

const mean = (values: readonly number[]): number[] => (values.length > 0 ? [spreadOf(values)!.mean] : []);

/** The final table, as text: one row per contestant, over seeds mean ± standard deviation. */
export function table(result: RaceResult): string {
  const groups = byContestant(result.runs);
  const rows = groups.map(({ label, runs }) => {
    const finals = runs.flatMap((r) => r.final ?? []);
    const conflicts = runs.map((r) => r.gradientConflict);
    return [
      label,
      spreadText(
        finals.map((f) => f.clean),
        1,
        100,
      ),
      spreadText(
        finals.map((f) => f.robust),
        1,
        100,
      ),
      spreadText(
        conflicts.flatMap((g) => mean(g.map((p) => p.cosine))),
        2,
      ),
      spreadText(
        conflicts.flatMap((g) => mean(g.map((p) => p.ratio))),
        3,
      ),
      spreadOf(runs.map((r) => r.imagesPerSecond))!.mean.toFixed(0),
    ];
  });
  const header = ['method', 'clean %', 'robust %', 'cosine', 'conflict', 'images/s'];
  const widths = header.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  const lines = [header, ...rows].map((row) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[i]))).join('  '),
  );
  const final = result.runs.find((r) => r.final)?.final;
  const seeds = new Set(result.runs.flatMap((r) => (r.final ? [r.seed ?? result.config.seed] : [])));
  if (final)
    lines.push(`${final.n} test images; robust: ${attackText(final.attack, seeds.size)} (an upper bound)`);
  if (seeds.size > 1)
    lines.push(`mean ± sample standard deviation over ${seeds.size} seeds: ${[...seeds].join(', ')}`);
  lines.push(...failuresOf(result.runs));
  return lines.join('\n');
}

async function version(): Promise<string> {
  const url = new URL('../../package.json', import.meta.url);
  return (JSON.parse(await readFile(url, 'utf8')) as { version: string }).version;
}

async function main(): Promise<number> {
  const request = parseRequest(process.argv.slice(2));
  const { config, out } = request;
  const say = (line: string) => console.error(line);
  const from = await prepareOutput(request);
  const { backend, device, warnings } = await initialiseBackend(request.backend);
  warnings.forEach(say);
  const data = await loadData(config.dataset.source, request.path);
  say(`${data.provenance}; ${device}; ${raceTeraflop(config).toFixed(2)} TFLOP of training`);
  let left: number | null = null;
  let last: string | null = null;
  const emit = (event: RaceEvent) => {
    if (event.type === 'progress') left = event.secondsLeft;
    const line = describe(event, config.optimiser.epochs, () => left);
    // A race of one contestant ends for the reason that its contestant gave: once is enough.
    if (line && line !== last) say(line);
    last = line ?? last;
  };
  const race = new Race(config, data, {
    runId: 'cli',
    backend,
    device,
    appVersion: await version(),
    emit,
    from,
    checkpoints:
      out === null ? undefined : { everySeconds: KEEP_EVERY_SECONDS, keep: (c) => keepCheckpoint(out, c) },
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => race.control.stop());
  const result = await race.run();
  race.dispose();
  console.log(table(result));
  if (out !== null) {
    const note = await saveResult(out, result);
    if (note) say(note);
  }
  return result.status === 'complete' ? 0 : 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await runCommand(main);
