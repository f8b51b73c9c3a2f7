/**
 * The most similar command line for a contestant in the official PyTorch code of its method, and the differences that
 * remain: official-scripts.ts writes a script's options and its own differences, the table of settings gives the rest.
 */
import { PRESETS } from '../../core/experiments/presets.ts';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import { settingAt } from '../../core/settings/at.ts';
import type { Contestant, ExperimentConfig, MethodId, SwitchName } from '../../core/settings/config.ts';
import type { Spec, ValueOf } from '../../core/settings/spec.ts';
import { SETTING_PATHS, SETTINGS, type SettingPath } from '../../core/settings/specs.ts';
import { SWITCHES } from '../../core/settings/specs/switches.ts';
import { textOfValue } from '../../core/settings/text.ts';
import type { Cifar } from './cifar-of-config.ts';
import { lbgat, madry, mart, trades } from './official-baselines.ts';
import { arat, aratSwa, type OfficialCommand } from './official-scripts.ts';

/** A script of the official code, and the switches that its command or its own differences cover. */
interface Script {
  readonly write: (config: ExperimentConfig, c: Contestant, cifar: Cifar) => OfficialCommand;
  readonly switches: readonly SwitchName[];
  /** The settings, beside those of `SAID`, that its command or its own differences cover. */
  readonly settings?: readonly SettingPath[];
}

/**
 * The settings that every script covers or need not: the balance matters only with auto-balance, and conflicts are
 * measured only here.
 */
const SAID: readonly SettingPath[] = [
  ...(['dataset.source', 'dataset.classes', 'dataset.trainSize'] as const),
  ...(['network.family', 'network.width', 'network.blocks', 'network.stemStride'] as const),
  ...(['attack.eps', 'attack.stepSize', 'attack.steps'] as const),
  ...(['evaluation.steps', 'evaluation.stepSize', 'evaluation.n'] as const),
  ...(['optimiser.learningRate', 'optimiser.momentum', 'optimiser.weightDecay'] as const),
  ...(['optimiser.schedule', 'optimiser.milestones', 'optimiser.batchSize', 'optimiser.epochs'] as const),
  ...(['initialBalance', 'balanceImages', 'conflictEvery', 'pairImages', 'seed'] as const),
];

const ARAT: Script = {
  write: arat,
  switches: [
    ...(['splitBn', 'stopGradient', 'predictor', 'autoBalance', 'classificationWeight'] as const),
    ...(['invarianceWeight', 'metric'] as const),
    ...(['alignedLayers', 'officialAliasing', 'attackUpdatesStatistics'] as const),
  ],
};
const MADRY: Script = { write: madry, switches: [], settings: ['network.inputScale'] };

const BY_METHOD: Readonly<Partial<Record<MethodId, Script>>> = {
  arat: ARAT,
  'arat-swa': { ...ARAT, write: aratSwa, switches: [...ARAT.switches, 'averageFrom', 'averageEvery'] },
  trades: { write: trades, switches: ['beta', 'recipe'] },
  mart: { write: mart, switches: ['beta', 'recipe'] },
  lbgat: { write: lbgat, switches: ['beta', 'recipe'] },
  at: { ...MADRY, switches: ['matchArat'] },
  standard: MADRY,
};

const difference = <S extends Spec>(spec: S, there: ValueOf<S>, here: ValueOf<S>): string[] => {
  const [official, own] = [textOfValue(spec, there), textOfValue(spec, here)];
  return official === own ? [] : [`${spec.label}: ${official} there, ${own} here.`];
};

/**
 * The settings and switches that the script does not cover and that differ from the official preset, in words.
 */
function otherDifferences(config: ExperimentConfig, c: Contestant, script: Script): string[] {
  const { official } = PRESETS;
  const settings = SETTING_PATHS.filter(
    (path) => !SAID.includes(path) && !script.settings?.includes(path),
  ).flatMap((path) => difference<Spec>(SETTINGS[path], settingAt(official, path), settingAt(config, path)));
  const switches = CATALOGUE[c.method].switches
    .filter((name) => !script.switches.includes(name))
    .flatMap((name) =>
      difference<Spec>(SWITCHES[name], official.contestants[0].switches[name], c.switches[name]),
    );
  return [...settings, ...switches];
}

/** Null for a method without a known official command. */
export function officialCommand(
  config: ExperimentConfig,
  contestant: Contestant,
  cifar: Cifar,
): OfficialCommand | null {
  const script = BY_METHOD[contestant.method];
  if (!script) return null;
  const { differences, ...command } = script.write(config, contestant, cifar);
  const start = config.start ? [`Start of training: random weights there, ${config.start.file} here.`] : [];
  const others = otherDifferences(config, contestant, script);
  return { ...command, differences: [...differences, ...start, ...others] };
}
