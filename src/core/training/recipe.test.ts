import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { subset } from '../data/subset.ts';
import { contestant } from '../experiments/contestant.ts';
import { PRESETS } from '../experiments/presets.ts';
import { NETWORKS } from '../experiments/networks.ts';
import { CATALOGUE, METHOD_IDS } from '../methods/catalogue.ts';
import type { ExperimentConfig, MethodId } from '../settings/config.ts';
import { trainedWith } from './recipe.ts';
import { tinyConfig } from './testing/tiny-config.ts';
import { now, TINY_DATA } from './testing/tiny-trainer.ts';
import { Trainer } from './trainer.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

const race = PRESETS.official;
const wide = NETWORKS.at(-1)!.network;
const own = (method: MethodId) => trainedWith(race, contestant(method, { recipe: 'code' }));

describe('what a contestant trains with', () => {
  // train_trades_cifar10.py, MART's train_resnet.py and train_wideresnet.py, train_lbgat_cifar100.py.
  it.each([
    ['trades', [0.1, 2e-4], [0.1, 2e-4]],
    ['trades-swa', [0.1, 2e-4], [0.1, 2e-4]],
    ['mart', [0.01, 3.5e-3], [0.1, 7e-4]],
    ['lbgat', [0.1, 2e-4], [0.1, 2e-4]],
  ] as const)(
    'given %s and its own recipe, then it has the rate and weight decay %j of its script on ResNet-18, and %j on WRN-34-10',
    (method, onResNet, onWide) => {
      for (const [network, [learningRate, weightDecay]] of [
        [race.network, onResNet],
        [wide, onWide],
      ] as const)
        expect(trainedWith({ ...race, network }, contestant(method, { recipe: 'code' }))).toEqual({
          ...{ ...race, network },
          optimiser: { ...race.optimiser, learningRate, weightDecay },
          attack: { ...race.attack, eps: 0.031, stepSize: 0.007 },
        });
    },
  );

  it('given any method, then it has the switch exactly if its official code has a recipe of its own', () => {
    for (const id of METHOD_IDS) {
      const { switches, ownRecipe } = CATALOGUE[id];
      expect(switches.includes('recipe'), id).toBe(ownRecipe !== undefined);
      if (!ownRecipe) expect(own(id)).toBe(race);
    }
  });

  it('given the race’s recipe, then every method trains with the race’s settings', () => {
    for (const id of METHOD_IDS) expect(trainedWith(race, contestant(id))).toBe(race);
  });

  it('given TRADES with its own recipe, then its step is that of a race with these settings', async () => {
    const velocities = async (config: ExperimentConfig) => {
      const t = new Trainer(config.contestants[0], config, subset(TINY_DATA, config));
      await t.beforeEpoch(0, now);
      t.trainStep();
      await t.readMetrics(true);
      const out: number[][] = [];
      for (const v of t.sgd.velocities.values()) out.push([...(await v.data())]);
      const rate = t.learningRate;
      t.dispose();
      return { out, rate };
    };
    const tiny = tinyConfig([contestant('trades')]);
    const slower = {
      ...tiny,
      optimiser: { ...tiny.optimiser, learningRate: 0.3, schedule: 'constant' as const },
    };
    const mine = { ...slower, contestants: [contestant('trades', { recipe: 'code' })] };
    const asked = {
      ...slower,
      optimiser: { ...slower.optimiser, learningRate: 0.1, weightDecay: 2e-4 },
      attack: { ...slower.attack, eps: 0.031, stepSize: 0.007 },
    };
    const got = await velocities(mine);
    expect(got).toEqual(await velocities(asked));
    expect(got.rate).toBe(0.1);
    expect(got).not.toEqual(await velocities(slower));
  });
});
