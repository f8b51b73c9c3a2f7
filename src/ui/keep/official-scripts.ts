/**
 * Command lines of the official scripts. Option names: futakw/AR-AT train_ARAT.py, yaodongyu/TRADES
 * train_trades_cifar10.py, MadryLab/robustness.
 */
import { SOURCES } from '../../core/data/sources/catalogue.ts';
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
const decimal = (x: number) => Number(x.toPrecision(5)).toString();
const joined = (lines: readonly string[]) => lines.join(' \\\n  ');
/** A label as the name of a folder or mark, with only characters that no shell interprets. */
export const slug = (label: string) =>
  label.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/^[-.]+|-+$/g, '') || 'run';

/** Whether the schedule is the one that the official scripts have built in. */
function hasOfficialSchedule({ optimiser: o }: ExperimentConfig): boolean {
  return (
    o.schedule === 'step' &&
    o.epochs === 100 &&
    o.milestones.length === 2 &&
    o.milestones[0] === 0.75 &&
    o.milestones[1] === 0.9
  );
}

function isResNet18({ network: n }: ExperimentConfig): boolean {
  return n.width === 64 && n.stemStride === 1 && n.blocks.join() === '2,2,2,2';
}

const networkHere = ({ network: { width, blocks, stemStride } }: ExperimentConfig): string =>
  `width ${width}, blocks ${blocks.join('-')}${stemStride === 2 ? ', first layer with stride 2' : ''}`;

/** Number of training images in CIFAR-10 and in CIFAR-100. */
const OFFICIAL_IMAGES = 50_000;
const CLASSES: Readonly<Record<Cifar, number>> = { 'CIFAR-10': 10, 'CIFAR-100': 100 };

function common(config: ExperimentConfig, cifar: Cifar): string[] {
  const { dataset: d } = config;
  const out: string[] = [];
  const { kind, short, cifar: official } = SOURCES[d.source];
  if (kind !== 'files' && official === null)
    out.push(`The official code does not know the ${short} images: the command trains on ${cifar}.`);
  else if (d.classes.length !== CLASSES[cifar] || d.trainSize !== OFFICIAL_IMAGES)
    out.push(`It trains on all of ${cifar}, not on ${d.trainSize} images of ${d.classes.length} classes.`);
  if (!isResNet18(config))
    out.push(`It trains ResNet-18 (width 64, four stages of two blocks); here: ${networkHere(config)}.`);
  return out;
}

const STAGE_LAYERS = [1, 2, 3, 4].map((s) =>
  [0, 1].flatMap((b) => [`layer${s}.${b}.bn1`, `layer${s}.${b}.bn2`]),
);

export function arat(config: ExperimentConfig, c: Contestant, cifar: Cifar): OfficialCommand {
  const { switches: s, label } = c;
  const { optimiser: o, attack, evaluation: e } = config;
  const layers = { last: STAGE_LAYERS.slice(3), lastTwo: STAGE_LAYERS.slice(2), all: STAGE_LAYERS }[
    s.alignedLayers
  ].flat();
  const differences = common(config, cifar);
  if (!s.splitBn) differences.push('It has no switch for shared BatchNorm: this command keeps the two sets.');
  if (!hasOfficialSchedule(config))
    differences.push(
      'Its learning rate falls to a tenth after epochs 75 and 90, whatever the number of epochs.',
    );
  if (!s.officialAliasing)
    differences.push(
      'Its attack adds the random start to the clean batch in place; here the clean batch stays clean (officialAliasing off).',
    );
  if (!s.attackUpdatesStatistics)
    differences.push(
      'Its attack steps update the adversarial running statistics; here they do not (attackUpdatesStatistics off).',
    );
  if (s.autoBalance)
    differences.push(
      'It measures the first balance before training; here it starts at the configured value.',
    );
  return {
    repository: 'https://github.com/futakw/AR-AT',
    command: joined([
      'python3 train_ARAT.py',
      `--dataset ${cifar === 'CIFAR-100' ? 'cifar100' : 'cifar10'} --model cifar_resnet18_split_bn --bn_names clean,adv`,
      `--align_layers ${layers.join(',')}`,
      `--align_features_weight ${s.invarianceWeight} --align_type "${s.stopGradient ? 'x->y' : 'x<->y'}"`,
      `--feat_align_loss_metric ${s.metric === 'mse' ? 'mse' : 'cos-sim'} --is_use_predictor_xx ${s.predictor ? 'True' : 'False'}`,
      s.autoBalance
        ? '--is_auto_balance_ce_loss True'
        : '--is_auto_balance_ce_loss False --ce_loss_fxx_y_weight 0.5 --ce_loss_gx_y_weight 0.5',
      `--epsilon ${decimal(attack.eps)} --step_size ${decimal(attack.stepSize)} --num_steps ${attack.steps}`,
      `--eval_epsilon ${decimal(attack.eps)} --eval_step_size ${decimal(e.stepSize)} --eval_num_steps ${e.steps}`,
      `--epochs ${o.epochs} --learning_rate ${o.learningRate} --batch_size ${o.batchSize} --momentum ${o.momentum} --decay ${o.weightDecay}`,
      `--seed ${config.seed} --mark ${slug(label)}`,
    ]),
    differences,
  };
}

export function trades(config: ExperimentConfig, c: Contestant, cifar: Cifar): OfficialCommand {
  const { optimiser: o, attack } = config;
  const differences = common(config, cifar).filter((d) => !d.startsWith('It trains ResNet-18'));
  differences.push(
    `It trains WideResNet-34-10 unless WideResNet() is replaced by ResNet18() in its main(); here: ${networkHere(config)}.`,
    `Its attack options are declared without a number type, so set them in the file: epsilon ${decimal(attack.eps)}, num-steps ${attack.steps}, ` +
      `step-size ${decimal(attack.stepSize)}, beta ${c.switches.beta}.`,
  );
  if (cifar === 'CIFAR-100')
    differences.push(
      'It trains on CIFAR-10 unless datasets.CIFAR10 is replaced by datasets.CIFAR100 and the network is given num_classes=100 in the file.',
    );
  if (!hasOfficialSchedule(config))
    differences.push(
      'Its learning rate falls to a tenth at epochs 75 and 90, whatever the number of epochs.',
    );
  return {
    repository: 'https://github.com/yaodongyu/TRADES',
    command: joined([
      'python train_trades_cifar10.py',
      `--epochs ${o.epochs} --lr ${o.learningRate} --batch-size ${o.batchSize}`,
      `--momentum ${o.momentum} --weight-decay ${o.weightDecay}`,
      `--seed ${config.seed} --model-dir ./${slug(c.label)}`,
    ]),
    differences,
  };
}

/** ARAT's command with weight averaging, once per epoch. */
export function aratSwa(config: ExperimentConfig, c: Contestant, cifar: Cifar): OfficialCommand {
  const { epochs, batchSize } = config.optimiser;
  const { repository, command, differences } = arat(config, c, cifar);
  const start = Math.max(1, Math.ceil(c.switches.averageFrom * epochs));
  return {
    repository,
    command: joined([
      command,
      `--is_swa True --swa_start ${start} --swa_freq ${Math.ceil(OFFICIAL_IMAGES / batchSize)}`,
    ]),
    differences: [
      ...differences,
      'It averages at the first step of those epochs, here after the last; it measures the average’s statistics on all training images, here on up to 1,000.',
    ],
  };
}

/** The options of MadryLab's `--custom-lr-multiplier`, and whether the schedule is exactly the one here. */
function madrySchedule({ optimiser: o }: ExperimentConfig): { options: string; exact: boolean } {
  if (o.schedule === 'constant') return { options: '--custom-lr-multiplier "[(0, 1)]"', exact: true };
  if (o.schedule === 'step') {
    const drops = o.milestones.map((m, i) => `(${Math.round(m * o.epochs)}, ${decimal(0.1 ** (i + 1))})`);
    return {
      options: `--custom-lr-multiplier "[(0, 1)${drops.map((d) => `, ${d}`).join('')}]"`,
      exact: true,
    };
  }
  if (o.schedule === 'one-cycle')
    return {
      options: `--custom-lr-multiplier "[(0, 0), (${decimal(o.epochs / 5)}, 1), (${o.epochs}, 0)]" --lr-interpolation linear`,
      exact: false,
    };
  const points = Array.from(
    { length: o.epochs + 1 },
    (_, e) => `(${e}, ${decimal((1 + Math.cos((Math.PI * e) / o.epochs)) / 2)})`,
  );
  return { options: `--custom-lr-multiplier "[${points.join(', ')}]"`, exact: false };
}

export function madry(config: ExperimentConfig, c: Contestant, cifar: Cifar): OfficialCommand {
  const { optimiser: o, attack } = config;
  const schedule = madrySchedule(config);
  const differences = common(config, cifar);
  if (cifar === 'CIFAR-100')
    differences.push('It does not support CIFAR-100: this command trains on CIFAR-10, ten classes.');
  differences.push('It has no seed option, and it standardises the input inside the network.');
  if (!schedule.exact) differences.push('Its learning rate changes once per epoch; here at every step.');
  const adversarial = c.method === 'at';
  return {
    repository: 'https://github.com/MadryLab/robustness',
    command: joined([
      'python -m robustness.main --dataset cifar --data ./data --arch resnet18',
      adversarial
        ? `--adv-train 1 --constraint inf --eps ${decimal(attack.eps)} --attack-lr ${decimal(attack.stepSize)} --attack-steps ${attack.steps} --random-start 1 --use-best 0`
        : '--adv-train 0',
      `--epochs ${o.epochs} --lr ${o.learningRate} --batch-size ${o.batchSize} --momentum ${o.momentum} --weight-decay ${o.weightDecay}`,
      schedule.options,
      `--out-dir ./runs --exp-name ${slug(c.label)}`,
    ]),
    differences,
  };
}
