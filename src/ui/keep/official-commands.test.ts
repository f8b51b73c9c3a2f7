/** Every setting and switch of the table is in an official command or among its differences. */
import { describe, expect, it } from 'vitest';
import { contestant } from '../../core/experiments/contestant.ts';
import { epochsOf } from '../../core/experiments/epochs.ts';
import { NETWORKS, withNetwork } from '../../core/experiments/networks.ts';
import { PRESETS } from '../../core/experiments/presets.ts';
import { CATALOGUE } from '../../core/methods/catalogue.ts';
import { settingAt, withSetting } from '../../core/settings/at.ts';
import type { ExperimentConfig, MethodId, Switches } from '../../core/settings/config.ts';
import type { Spec } from '../../core/settings/spec.ts';
import { SETTING_PATHS, SETTINGS, type SettingPath } from '../../core/settings/specs.ts';
import { SWITCHES } from '../../core/settings/specs/switches.ts';
import { otherValue } from '../../core/settings/testing/setting-values.ts';
import { officialCommand } from './official-commands.ts';

describe('an official command and its differences', () => {
  /** What only this project measures. */
  const MEASURED_HERE = ['conflictEvery', 'pairImages'] as const;
  const NO_BALANCE = ['initialBalance', 'balanceImages'] as const;
  /** Its own recipe has them. */
  const RECIPE = ['attack.stepSize', 'optimiser.learningRate', 'optimiser.weightDecay'] as const;
  /** By method, the settings that neither its training nor its evaluation depends on. */
  const WITHOUT: Readonly<Record<string, readonly SettingPath[]>> = {
    arat: MEASURED_HERE,
    'arat-swa': MEASURED_HERE,
    trades: [...MEASURED_HERE, ...NO_BALANCE, ...RECIPE],
    mart: [...MEASURED_HERE, ...NO_BALANCE, ...RECIPE],
    lbgat: [...MEASURED_HERE, ...NO_BALANCE, ...RECIPE],
    at: [...MEASURED_HERE, ...NO_BALANCE, 'seed'],
    standard: [...MEASURED_HERE, ...NO_BALANCE, 'seed', 'attack.stepSize', 'attack.steps'],
  };

  it.each(Object.entries(WITHOUT))(
    'given %s and another value of any setting but %j, then the command or its differences change',
    (method, without) => {
      const base = PRESETS.official;
      const said = (c: ExperimentConfig) =>
        JSON.stringify(
          officialCommand(c, contestant(method as MethodId, {}, base.contestants[0].switches), 'CIFAR-10'),
        );
      const same = SETTING_PATHS.filter((path) => {
        const spec: Spec = SETTINGS[path];
        const [other, own] = [otherValue(spec), settingAt(base, path)];
        const value = JSON.stringify(other) === JSON.stringify(own) ? spec.default : other;
        return said(withSetting(base, path, value as never)) === said(base);
      });
      // Without the step schedule there are no milestones; the first balance counts only where it is not measured.
      const unused = method.startsWith('arat') ? ['initialBalance'] : [];
      expect(same.sort()).toEqual([...without, ...unused, 'optimiser.milestones'].sort());
    },
  );

  it('given a method with an official command and another value of a switch, then the command or its differences change', () => {
    const base = { ...PRESETS.official.contestants[0].switches };
    for (const method of Object.keys(WITHOUT) as MethodId[])
      for (const name of CATALOGUE[method].switches) {
        const said = (changes: Partial<Switches>) =>
          JSON.stringify(
            officialCommand(
              PRESETS.official,
              { ...contestant(method, changes, base), label: 'x' },
              'CIFAR-10',
            ),
          );
        // Of the switches that matter only with another one.
        const off = name === 'classificationWeight' ? { autoBalance: false } : {};
        const [other, usual] = [otherValue<Spec>(SWITCHES[name]), SWITCHES[name].default];
        const value = other === base[name] ? usual : other;
        expect(said({ ...off, [name]: value }), `${method} ${name}`).not.toBe(said(off));
      }
  });

  /** By method in the official preset: the command and every difference. */
  const OFFICIAL: Readonly<Record<string, { command: string; differences: readonly RegExp[] }>> = {
    arat: {
      command: `python3 train_ARAT.py
        --dataset cifar10 --model cifar_resnet18_split_bn --bn_names clean,adv
        --align_layers layer4.0.bn1,layer4.0.bn2,layer4.1.bn1,layer4.1.bn2
        --align_features_weight 30 --align_type "x->y"
        --feat_align_loss_metric cos-sim --is_use_predictor_xx True
        --is_auto_balance_ce_loss True
        --epsilon 0.031373 --step_size 0.0078431 --num_steps 10
        --eval_epsilon 0.031373 --eval_step_size 0.0078431 --eval_num_steps 20
        --epochs 100 --learning_rate 0.1 --batch_size 128 --momentum 0.9 --decay 0.0005
        --seed 0 --mark ARAT`,
      differences: [
        /attacks all test images every 5 epochs.*test batch in place.*AutoAttack of torchattacks; here after each epoch .*PGD-20 with ε 0\.031373 and step 0\.0078431, on 1000 test images/,
        /random start to the clean batch/,
        /update the adversarial running statistics/,
      ],
    },
    trades: {
      command: `python train_trades_cifar10.py
        --epochs 100 --lr 0.1 --batch-size 128
        --momentum 0.9 --weight-decay 0.0002 --seed 0
        --model-dir ./TRADES`,
      differences: [
        /WideResNet\(\) is replaced/,
        /epsilon 0\.031, num-steps 10, step-size 0\.007, beta 6\./,
        /clean accuracy only, on all training and test images, .* PGD-20, ε 0\.031, step 0\.003; here .* ε 0\.031373 and/,
      ],
    },
    mart: {
      command: `python train_resnet.py
        --epochs 100 --lr 0.01 --batch-size 128
        --momentum 0.9 --weight-decay 0.0035 --seed 0
        --model ./MART-5`,
      differences: [
        /epsilon 0\.031, num-steps 10, step-size 0\.007, beta 5\./,
        /PGD-20 with training’s ε and step 0\.003, on all test images; here .* ε 0\.031373 and/,
      ],
    },
    lbgat: {
      command: `python train_lbgat_cifar100.py -mark LBGAT-0 -teacher_model ResNet18_cifar -num_classes 10
        --beta 0
        --epochs 100 --lr 0.1 --batch-size 128
        --momentum 0.9 --weight-decay 0.0002 --seed 0
        --model-dir ./LBGAT-0`,
      differences: [
        /"WideResNet" is replaced by "ResNet18_cifar"/,
        /epsilon 0\.031, num-steps 10, step-size 0\.007\./,
        /clean accuracy only, on all training and test images, .* AutoAttack, ε 0\.031; here /,
        /folder Logs/,
        /CIFAR100 is replaced by datasets\.CIFAR10/,
      ],
    },
    at: {
      command: `python -m robustness.main --dataset cifar --data ./data --arch resnet18
        --adv-train 1 --constraint inf --eps 0.031373 --attack-lr 0.0078431 --attack-steps 10 --random-start 1 --use-best 0
        --epochs 100 --lr 0.1 --batch-size 128 --momentum 0.9 --weight-decay 0.0005
        --custom-lr-multiplier "[(0, 0.2), (1, 1), (76, 0.1), (91, 0.01)]"
        --out-dir ./runs --exp-name AT`,
      differences: [
        /no seed/,
        /standardises the input .*; here the network sees x itself\.$/,
        /ColorJitter and RandomRotation/,
        /attack runs in eval mode/,
        /Every 5 epochs .*under its training attack, on all test images; here /,
      ],
    },
  };

  it.each(Object.entries(OFFICIAL))(
    'given %s in the official preset, then its command has the settings of its script, and the differences are these',
    (method, { command: expected, differences }) => {
      const base = PRESETS.official;
      const got = officialCommand(
        base,
        contestant(method as MethodId, {}, base.contestants[0].switches),
        'CIFAR-10',
      )!;
      const words = (text: string) => text.split(/[\s\\]+/);
      expect(words(got.command)).toEqual(words(expected));
      expect(got.differences).toHaveLength(differences.length);
      got.differences.forEach((d, i) => expect(d).toMatch(differences[i]));
    },
  );

  it('given AT of as many FLOP as ARAT, then its command trains its own number of epochs, under the schedule over these', () => {
    const base = PRESETS.official;
    const matched = contestant('at', { matchArat: true }, base.contestants[0].switches);
    const epochs = epochsOf(base, matched);
    expect(epochs).toBeGreaterThan(100);
    const { command, differences } = officialCommand(base, matched, 'CIFAR-10')!;
    expect(command).toContain(`--epochs ${epochs} `);
    // ARAT's rates by epoch, whose fourth drop only a longer training reaches.
    expect(command).toContain('(76, 0.1), (91, 0.01), (101, 0.001), (111, 0.0001)]"');
    expect(differences.join(' ')).not.toMatch(/FLOP/);
    const cosine = { ...base, optimiser: { ...base.optimiser, schedule: 'cosine' as const } };
    expect(officialCommand(cosine, matched, 'CIFAR-10')!.command).toContain(`(${epochs}, 0)]"`);
  });

  it('given WRN-34-10, then MART’s command has the rate, weight decay and β of its script for it, and its step of the evaluation', () => {
    const base = PRESETS.official;
    const mart = { ...base, contestants: [contestant('mart', {}, base.contestants[0].switches)] };
    const wide = withNetwork(mart, NETWORKS.at(-1)!.network);
    const { command, differences } = officialCommand(wide, wide.contestants[0], 'CIFAR-10')!;
    expect(command).toContain('--lr 0.1 ');
    expect(command).toContain('--weight-decay 0.0007 ');
    expect(differences.join(' ')).toMatch(/beta 6\..*PGD-20 with training’s ε and step ε\/10/);
  });

  it.each(Object.keys(OFFICIAL))(
    'given %s with the schedule of the paper, then the differences say how the rate falls in its script, if it has one',
    (method) => {
      const base = PRESETS.official;
      const paper = { ...base, optimiser: { ...base.optimiser, schedule: 'step' as const } };
      const { differences } = officialCommand(paper, contestant(method as MethodId), 'CIFAR-10')!;
      const said = differences.filter((d) => d.startsWith('Its learning rate'));
      // MadryLab's script has any schedule as an option.
      if (method === 'at') return expect(said).toEqual([]);
      const first = { arat: '77', trades: '75', mart: '75', lbgat: '76' }[method]!;
      expect(said).toEqual([expect.stringContaining(`a tenth of it from epoch ${first}`)]);
      expect(said[0]).toMatch(/here: steps of 0\.1/);
    },
  );

  it('given another input scale, then MadryLab’s differences name both inputs once, without a contradiction', () => {
    const base = PRESETS.official;
    const scaled = { ...base, network: { ...base.network, inputScale: 4 } };
    for (const method of ['at', 'standard'] as const) {
      const { differences } = officialCommand(scaled, contestant(method), 'CIFAR-10')!;
      const said = differences.filter((d) => /input/i.test(d));
      expect(said).toEqual([
        expect.stringMatching(/standardises .*; here the network sees \(x − 0\.5\) × 4\.$/),
      ]);
    }
  });

  it('given whole batches only, then every method’s differences say that its script keeps the last one', () => {
    const base = PRESETS.official;
    const whole = { ...base, optimiser: { ...base.optimiser, keepLastBatch: false } };
    for (const method of Object.keys(WITHOUT) as MethodId[])
      expect(officialCommand(whole, contestant(method), 'CIFAR-10')!.differences).toContain(
        'Keep the last batch: on there, off here.',
      );
  });

  it('given WRN-34-10, then ARAT’s command has its model, eleven layers and λ, and no script is said to train another network', () => {
    const base = PRESETS.official;
    const config = {
      ...base,
      network: { ...base.network, family: 'wide' as const, width: 160, blocks: [5, 5, 5] },
    };
    const of = (method: MethodId, changes = {}) =>
      officialCommand(config, contestant(method, changes, base.contestants[0].switches), 'CIFAR-10')!;
    const { command, differences } = of('arat', { invarianceWeight: 100 });
    expect(command).toContain('--model cifar_wrn_34_10_split_bn ');
    expect(command).toContain('--align_features_weight 100 ');
    const layers = /--align_layers (\S+)/.exec(command)![1].split(',');
    expect(layers).toHaveLength(11);
    expect([layers[0], layers[9], layers[10]]).toEqual([
      'block3.layer.0.relu1',
      'block3.layer.4.relu2',
      'avgpool',
    ]);
    expect(of('mart').command).toMatch(/^python train_wideresnet\.py/);
    for (const said of [differences, of('trades').differences, of('mart').differences])
      expect(said.join(' ')).not.toMatch(/It trains (ResNet-18|WideResNet)/);
    // Its command is for ResNet-18.
    expect(of('at').differences.join(' ')).toMatch(/It trains ResNet-18 .*; here: wide network, width 160/);
  });

  it('given ARAT+SWA in the official preset, then the snapshots are those of the official scripts', () => {
    const base = PRESETS.official;
    const c = contestant('arat-swa', {}, base.contestants[0].switches);
    const { command, differences } = officialCommand(base, c, 'CIFAR-10')!;
    expect(command).toContain('--is_swa True --swa_start 76 --swa_freq 500');
    expect(differences.join(' ')).not.toMatch(/averages at the first step/);
  });

  it('given settings and switches that no script has, then the differences name both values in the words of the table', () => {
    const base = PRESETS.official;
    const changed = {
      ...base,
      precision: 'float16' as const,
      repeats: 3,
      augmentation: { crop: 0, flip: false },
    };
    const { differences } = officialCommand(
      changed,
      contestant('at', { officialAliasing: true }),
      'CIFAR-10',
    )!;
    expect(differences).toEqual(
      expect.arrayContaining([
        'Precision of training: float32 there, float16 here.',
        'Seeds: 1 there, 3 here.',
        'Random crop: 4 there, 0 here.',
        'Random flip: on there, off here.',
        'Official in-place start: off there, on here.',
      ]),
    );
  });
});
