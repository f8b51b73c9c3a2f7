/**
 * What command lines of official scripts have in common, and ARAT's: option names of futakw/AR-AT, train_ARAT.py.
 * official-baselines.ts has the others.
 */
import { SOURCES } from '../../core/data/sources/catalogue.ts';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import { SETTINGS } from '../../core/settings/specs.ts';
import { learningRateAt } from '../../core/training/schedule.ts';
import type { Contestant, ExperimentConfig } from '../../core/settings/config.ts';
import type { Cifar } from './cifar-of-config.ts';

export interface OfficialCommand {
  readonly repository: string;
  /** Lines for a POSIX shell, safe to paste: labels are reduced to harmless characters. */
  readonly command: string;
  /** One sentence for each thing that the command cannot express. */
  readonly differences: readonly string[];
}

/** e.g. 8/255 -> `0.031373`. */
export const decimal = (x: number) => Number(x.toPrecision(5)).toString();
export const joined = (lines: readonly string[]) => lines.join(' \\\n  ');
/** What the race measures after each epoch, in the words of the differences. */
export const evaluationHere = ({ attack, evaluation: e }: ExperimentConfig): string =>
  `here after each epoch clean images and PGD-${e.steps} with ε ${decimal(attack.eps)} and step ${decimal(e.stepSize)}, on ${e.n} test images`;
/** A label as the name of a folder or mark, with only characters that no shell interprets. */
export const slug = (label: string) =>
  label.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|-+$/g, '') || 'run';

/** The rate of every epoch, from 1, here: of its first and its last step. */
function ratesHere({ optimiser: o }: ExperimentConfig, { method }: Contestant): [number, number][] {
  const [perEpoch, { officialRate }] = [100, CATALOGUE[method]];
  const rate = (step: number) => learningRateAt(o, step, perEpoch * o.epochs, officialRate);
  return Array.from({ length: o.epochs }, (_, e) => [rate(perEpoch * e), rate(perEpoch * (e + 1) - 1)]);
}

/**
 * The rates by epoch that a script has built in, as one sentence, unless they are those here. `words` says them in
 * terms of the option for the largest rate.
 */
export function scheduleDifference(config: ExperimentConfig, c: Contestant, words: string): string[] {
  const { optimiser: o } = config;
  const there = (epoch: number) => CATALOGUE[c.method].officialRate(epoch, o.learningRate);
  const same = ratesHere(config, c).every(([first, last], e) =>
    [first, last].every((rate) => Math.abs(rate - there(e + 1)) <= 1e-9 * o.learningRate),
  );
  const here = textOfSchedule(o.schedule, SETTINGS['optimiser.schedule'].choices);
  return same ? [] : [`Its learning rate is ${words}, whatever the number of epochs; here: ${here}.`];
}

const textOfSchedule = (
  schedule: ExperimentConfig['optimiser']['schedule'],
  choices: readonly { readonly value: string; readonly words: string }[],
): string => choices.find(({ value }) => value === schedule)!.words.toLowerCase();

function isResNet18({ network: n }: ExperimentConfig): boolean {
  return n.family === 'resnet' && n.width === 64 && n.stemStride === 1 && n.blocks.join() === '2,2,2,2';
}

/** WRN-34-10, which the scripts of TRADES and LBGAT train unless they are changed. */
export const isWrn = ({ network: n }: ExperimentConfig): boolean =>
  n.family === 'wide' && n.width === 160 && n.stemStride === 1 && n.blocks.join() === '5,5,5';

export const networkHere = ({ network: { family, width, blocks, stemStride } }: ExperimentConfig): string =>
  `${family === 'wide' ? 'wide network, ' : ''}width ${width}, blocks ${blocks.join('-')}${stemStride === 2 ? ', first layer with stride 2' : ''}`;

/** Number of training images in CIFAR-10 and in CIFAR-100. */
const OFFICIAL_IMAGES = 50_000;
export const CLASSES: Readonly<Record<Cifar, number>> = { 'CIFAR-10': 10, 'CIFAR-100': 100 };

/** `wrn`: whether it also trains WRN-34-10. */
export function common(config: ExperimentConfig, cifar: Cifar, wrn = false): string[] {
  const { dataset: d } = config;
  const out: string[] = [];
  const { kind, short, cifar: official } = SOURCES[d.source];
  if (kind !== 'files' && official === null)
    out.push(`The official code does not know the ${short} images: the command trains on ${cifar}.`);
  else if (d.classes.length !== CLASSES[cifar] || d.trainSize !== OFFICIAL_IMAGES)
    out.push(`It trains on all of ${cifar}, not on ${d.trainSize} images of ${d.classes.length} classes.`);
  if (!isResNet18(config) && !(wrn && isWrn(config)))
    out.push(`It trains ResNet-18 (width 64, four stages of two blocks); here: ${networkHere(config)}.`);
  return out;
}

const STAGE_LAYERS = [1, 2, 3, 4].map((s) =>
  [0, 1].flatMap((b) => [`layer${s}.${b}.bn1`, `layer${s}.${b}.bn2`]),
);
/** In WRN-34-10 by their ReLUs. */
const WRN_LAYERS = [1, 2, 3].map((s) =>
  [0, 1, 2, 3, 4].flatMap((b) => [`block${s}.layer.${b}.relu1`, `block${s}.layer.${b}.relu2`]),
);
const FIRST_FROM_END = { last: -1, lastTwo: -2, all: 0 } as const;

/** Names of its model and of the aligned layers. */
function modelOf(config: ExperimentConfig, which: Contestant['switches']['alignedLayers']) {
  const first = FIRST_FROM_END[which];
  return isWrn(config)
    ? { model: 'cifar_wrn_34_10_split_bn', layers: [...WRN_LAYERS.slice(first).flat(), 'avgpool'] }
    : { model: 'cifar_resnet18_split_bn', layers: STAGE_LAYERS.slice(first).flat() };
}

export function arat(config: ExperimentConfig, c: Contestant, cifar: Cifar): OfficialCommand {
  const { switches: s, label } = c;
  const { optimiser: o, attack, evaluation: e } = config;
  const { model, layers } = modelOf(config, s.alignedLayers);
  const differences = common(config, cifar, true);
  if (!s.splitBn) differences.push('It has no switch for shared BatchNorm: this command keeps the two sets.');
  differences.push(
    ...scheduleDifference(
      config,
      c,
      '0.02 in epoch 1, then --learning_rate, a tenth of it from epoch 77 and a hundredth from epoch 92',
    ),
  );
  differences.push(
    'It attacks all test images every 5 epochs, and its PGD adds the random start to the test batch in place there, ' +
      `too, so that x′ may be 2 ε from the image; at the end comes the AutoAttack of torchattacks; ${evaluationHere(config)}, and no start in place.`,
  );
  if (!s.officialAliasing)
    differences.push(
      'Its attack adds the random start to the clean batch in place; here the clean batch stays clean (officialAliasing off).',
    );
  if (!s.attackUpdatesStatistics)
    differences.push(
      'Its attack steps update the adversarial running statistics; here they do not (attackUpdatesStatistics off).',
    );
  if (s.autoBalance && config.balanceImages === 'first')
    differences.push(
      'It measures the balance on 8 shuffled, augmented batches of training images, before the first epoch, too; here on the first 1,000 training images, and the first epoch has the configured value.',
    );
  return {
    repository: 'https://github.com/futakw/AR-AT',
    command: joined([
      'python3 train_ARAT.py',
      `--dataset ${cifar === 'CIFAR-100' ? 'cifar100' : 'cifar10'} --model ${model} --bn_names clean,adv`,
      `--align_layers ${layers.join(',')}`,
      `--align_features_weight ${s.invarianceWeight} --align_type "${s.stopGradient ? 'x->y' : 'x<->y'}"`,
      `--feat_align_loss_metric ${s.metric === 'mse' ? 'mse' : 'cos-sim'} --is_use_predictor_xx ${s.predictor ? 'True' : 'False'}`,
      s.autoBalance
        ? '--is_auto_balance_ce_loss True'
        : `--is_auto_balance_ce_loss False --ce_loss_fxx_y_weight ${s.classificationWeight} --ce_loss_gx_y_weight ${s.classificationWeight}`,
      `--epsilon ${decimal(attack.eps)} --step_size ${decimal(attack.stepSize)} --num_steps ${attack.steps}`,
      `--eval_epsilon ${decimal(attack.eps)} --eval_step_size ${decimal(e.stepSize)} --eval_num_steps ${e.steps}`,
      `--epochs ${o.epochs} --learning_rate ${o.learningRate} --batch_size ${o.batchSize} --momentum ${o.momentum} --decay ${o.weightDecay}`,
      `--seed ${config.seed} --mark ${slug(label)}`,
    ]),
    differences,
  };
}

/** ARAT's command with weight averaging: every so many steps, or once per epoch. */
export function aratSwa(config: ExperimentConfig, c: Contestant, cifar: Cifar): OfficialCommand {
  const { epochs, batchSize } = config.optimiser;
  const { averageFrom, averageEvery } = c.switches;
  const { repository, command, differences } = arat(config, c, cifar);
  const start = Math.max(1, Math.ceil(averageFrom * epochs));
  const every = averageEvery || Math.ceil(OFFICIAL_IMAGES / batchSize);
  const snapshots =
    averageEvery > 0 ? [] : ['It averages at the first step of those epochs, here after the last.'];
  return {
    repository,
    command: joined([command, `--is_swa True --swa_start ${start} --swa_freq ${every}`]),
    differences: [
      ...differences,
      ...snapshots,
      'It measures the average’s statistics on all training images, while its attack moves them; here on up to 1,000, and the attack moves none.',
    ],
  };
}
