/** The command line of `npm run experiment` that repeats a configuration without the page. */
import type { Contestant, ExperimentConfig, Switches } from '../../core/config.ts';

export interface ExperimentCommand {
  readonly command: string;
  readonly notes: readonly string[];
}

/** Switches as every preset has them; only what differs is written out. */
const USUAL: Omit<Switches, 'invarianceWeight'> = {
  splitBn: true,
  stopGradient: true,
  predictor: true,
  autoBalance: true,
  metric: 'cosine',
  alignedLayers: 'last',
  officialAliasing: false,
  attackUpdatesStatistics: false,
  beta: 6,
};

const word = (x: boolean | string | number) => (typeof x === 'boolean' ? (x ? 'on' : 'off') : String(x));

/** e.g. `arat[stopGradient=off]`; the invariance weight is always named, since presets differ in it. */
export function methodToken({ method, switches }: Contestant): string {
  if (method === 'standard' || method === 'at') return method;
  const options =
    method === 'trades'
      ? switches.beta === USUAL.beta
        ? []
        : [`beta=${switches.beta}`]
      : [
          `invarianceWeight=${switches.invarianceWeight}`,
          ...(Object.keys(USUAL) as (keyof typeof USUAL)[])
            .filter((k) => k !== 'beta' && switches[k] !== USUAL[k])
            .map((k) => `${k}=${word(switches[k])}`),
        ];
  return options.length ? `${method}[${options.join(',')}]` : method;
}

/** For a POSIX shell. */
const quote = (text: string) =>
  /^[A-Za-z0-9_./,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

export function experimentCommand(config: ExperimentConfig): ExperimentCommand {
  const { dataset: d, optimiser: o, network: n, attack } = config;
  const dataset = d.source === 'archive' ? 'cifar-10-binary.tar.gz' : d.source;
  const preset = config.preset === 'custom' ? 'demo' : config.preset;
  const lines = [
    `npm run experiment -- --dataset ${dataset} --preset ${preset}`,
    `--methods ${quote(config.contestants.map(methodToken).join(','))}`,
    `--train-size ${d.trainSize} --test-size ${d.testSize} --epochs ${o.epochs} --width ${n.width}`,
    `--attack-steps ${attack.steps} --seed ${config.seed} --out results.json`,
  ];
  const notes: string[] = [];
  if (d.source === 'archive') notes.push('Give --dataset the path of your archive.');
  if (config.preset === 'custom')
    notes.push(
      'These settings are no preset: what the options above do not name (classes, blocks, schedule, batch size) comes from the preset demo.',
    );
  notes.push('Open results.json on this page with Import.');
  return { command: lines.join(' \\\n  '), notes };
}
