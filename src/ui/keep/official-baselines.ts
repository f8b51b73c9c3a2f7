/**
 * Command lines of the baselines' official scripts. Option names: yaodongyu/TRADES train_trades_cifar10.py,
 * YisenWang/MART train_resnet.py and train_wideresnet.py, dvlab-research/LBGAT train_lbgat_cifar100.py,
 * MadryLab/robustness.
 */
import { epochsOf } from '../../core/experiments/epochs.ts';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import type { Contestant, ExperimentConfig } from '../../core/settings/config.ts';
import { trainedWith } from '../../core/training/recipe.ts';
import type { Cifar } from './cifar-of-config.ts';
import {
  CLASSES,
  common,
  decimal,
  evaluationHere,
  isWrn,
  joined,
  networkHere,
  scheduleDifference,
  slug,
  type OfficialCommand,
} from './official-scripts.ts';

/** The options that TRADES, MART and LBGAT have in common. */
const optimiserOptions = ({ optimiser: o, seed }: ExperimentConfig): string[] => [
  `--epochs ${o.epochs} --lr ${o.learningRate} --batch-size ${o.batchSize}`,
  `--momentum ${o.momentum} --weight-decay ${o.weightDecay} --seed ${seed}`,
];

/** The attack, whose options the three scripts declare without a number type. */
const attackInFile = ({ attack }: ExperimentConfig, more = ''): string =>
  `Its attack options are declared without a number type, so set them in the file: epsilon ${decimal(attack.eps)}, ` +
  `num-steps ${attack.steps}, step-size ${decimal(attack.stepSize)}${more}.`;

const differentData = (config: ExperimentConfig, cifar: Cifar): string[] =>
  common(config, cifar).filter((d) => !d.startsWith('It trains ResNet-18'));

const TRADES_RATES =
  '--lr, a tenth of it from epoch 75, a hundredth from epoch 90 and a thousandth from epoch 100';

export function trades(race: ExperimentConfig, c: Contestant, cifar: Cifar): OfficialCommand {
  const config = trainedWith(race, c);
  const differences = [
    ...differentData(config, cifar),
    ...(isWrn(config)
      ? []
      : [
          `It trains WideResNet-34-10 unless WideResNet() is replaced by ResNet18() in its main(); here: ${networkHere(config)}.`,
        ]),
    attackInFile(config, `, beta ${c.switches.beta}`),
    'After each epoch it measures clean accuracy only, on all training and test images, and its pgd_attack_cifar10.py attacks ' +
      `a saved model with PGD-20, ε 0.031, step 0.003; ${evaluationHere(race)}.`,
  ];
  if (cifar === 'CIFAR-100')
    differences.push(
      'It trains on CIFAR-10 unless datasets.CIFAR10 is replaced by datasets.CIFAR100 and the network is given num_classes=100 in the file.',
    );
  differences.push(...scheduleDifference(config, c, TRADES_RATES));
  return {
    repository: 'https://github.com/yaodongyu/TRADES',
    command: joined([
      'python train_trades_cifar10.py',
      ...optimiserOptions(config),
      `--model-dir ./${slug(c.label)}`,
    ]),
    differences,
  };
}

export function mart(race: ExperimentConfig, c: Contestant, cifar: Cifar): OfficialCommand {
  const config = trainedWith(race, c);
  const differences = [
    ...common(config, cifar, true),
    attackInFile(config, `, beta ${c.switches.beta}`),
    `After each epoch it measures clean accuracy and PGD-20 with training’s ε and step ${isWrn(config) ? 'ε/10' : '0.003'}, on all test images; ${evaluationHere(race)}.`,
  ];
  if (cifar === 'CIFAR-100')
    differences.push(
      'It trains on CIFAR-10 unless CIFAR10 is replaced by CIFAR100 and ResNet18() is given num_classes=100 in the file.',
    );
  differences.push(...scheduleDifference(config, c, TRADES_RATES));
  return {
    repository: 'https://github.com/YisenWang/MART',
    command: joined([
      `python ${isWrn(config) ? 'train_wideresnet.py' : 'train_resnet.py'}`,
      ...optimiserOptions(config),
      `--model ./${slug(c.label)}`,
    ]),
    differences,
  };
}

export function lbgat(race: ExperimentConfig, c: Contestant, cifar: Cifar): OfficialCommand {
  const config = trainedWith(race, c);
  const differences = [
    ...differentData(config, cifar),
    isWrn(config)
      ? 'Its natural network is ResNet-18; here it is of the same architecture as the robust one.'
      : `Its robust network is WideResNet-34-10 unless "WideResNet" is replaced by "ResNet18_cifar", without widen_factor, in its main(); its natural one is ResNet-18; here both: ${networkHere(config)}.`,
    attackInFile(config),
    'After each epoch it measures clean accuracy only, on all training and test images, and its auto_attack_eval.py attacks ' +
      `a saved model with AutoAttack, ε 0.031; ${evaluationHere(race)}.`,
    'It writes to a folder Logs, which must exist.',
    ...scheduleDifference(
      config,
      c,
      '0.02 in epoch 1, then --lr, a tenth of it from epoch 76 and a hundredth from epoch 91',
    ),
  ];
  if (cifar === 'CIFAR-10')
    differences.push(
      'It trains on CIFAR-100 unless datasets.CIFAR100 is replaced by datasets.CIFAR10 in the file.',
    );
  return {
    repository: 'https://github.com/dvlab-research/LBGAT',
    command: joined([
      `python train_lbgat_cifar100.py -mark ${slug(c.label)} -teacher_model ResNet18_cifar -num_classes ${CLASSES[cifar]}`,
      `--beta ${c.switches.beta}`,
      ...optimiserOptions(config),
      `--model-dir ./${slug(c.label)}`,
    ]),
    differences,
  };
}

/** The options of MadryLab's `--custom-lr-multiplier`, and whether the schedule is exactly the one here. */
function madrySchedule(
  { optimiser: o }: ExperimentConfig,
  { method }: Contestant,
): { options: string; exact: boolean } {
  if (o.schedule === 'constant') return { options: '--custom-lr-multiplier "[(0, 1)]"', exact: true };
  if (o.schedule === 'step') {
    const drops = o.milestones.map((m, i) => `(${Math.round(m * o.epochs)}, ${decimal(0.1 ** (i + 1))})`);
    return {
      options: `--custom-lr-multiplier "[(0, 1)${drops.map((d) => `, ${d}`).join('')}]"`,
      exact: true,
    };
  }
  if (o.schedule === 'official' && o.learningRate > 0) {
    const factors = Array.from({ length: o.epochs }, (_, e) =>
      decimal(CATALOGUE[method].officialRate(e + 1, o.learningRate) / o.learningRate),
    );
    const points = factors.flatMap((f, e) => (f === factors[e - 1] ? [] : [`(${e}, ${f})`]));
    return { options: `--custom-lr-multiplier "[${points.join(', ')}]"`, exact: true };
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

export function madry(race: ExperimentConfig, c: Contestant, cifar: Cifar): OfficialCommand {
  const config = { ...race, optimiser: { ...race.optimiser, epochs: epochsOf(race, c) } };
  const { optimiser: o, attack } = config;
  const schedule = madrySchedule(config, c);
  const differences = common(config, cifar);
  if (cifar === 'CIFAR-100')
    differences.push('It does not support CIFAR-100: this command trains on CIFAR-10, ten classes.');
  const { inputScale } = config.network;
  differences.push(
    'It has no seed option.',
    `It standardises the input with CIFAR-10’s mean and standard deviation inside the network; here the network sees ${inputScale === 0 ? 'x itself' : `(x − 0.5) × ${inputScale}`}.`,
    'Beside crop and flip it changes brightness, contrast and saturation by up to a quarter and rotates by up to 2 degrees (ColorJitter and RandomRotation in data_augmentation.py); here there is neither.',
  );
  if (!schedule.exact) differences.push('Its learning rate changes once per epoch; here at every step.');
  const adversarial = c.method === 'at';
  if (adversarial)
    differences.push(
      'Its attack runs in eval mode, with running statistics, from a start within [0,1]; here in train mode, with batch statistics, from a start that is not clipped.',
    );
  differences.push(
    `Every 5 epochs and after the last it measures clean accuracy${adversarial ? ' and the accuracy under its training attack' : ' only'}, on all test images; ${evaluationHere(config)}.`,
  );
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
