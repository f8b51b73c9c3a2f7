/** The options of `npm run experiment`. */
import { parseContestants } from '../core/experiments/contestant.ts';
import { LINE_UP_IDS, LINE_UPS } from '../core/experiments/line-ups.ts';
import { PRESETS, type PresetName } from '../core/experiments/presets.ts';
import {
  BACKEND_CHOICES,
  MOST_REPEATS,
  PRECISIONS,
  parseConfig,
  type Contestant,
  type ExperimentConfig,
} from '../core/settings/config.ts';
import { choiceOption, integerOption, parseOptions, UsageError } from './args.ts';
import { NAMED_SOURCES } from './experiment-data.ts';

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

export interface Request {
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

/** Options -> a validated request. Throws UsageError. */
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
  const path = NAMED_SOURCES.includes(dataset) ? null : dataset;
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
