/**
 * SWA: beside a method's network the running average of its weights late in training. The average is what is
 * evaluated, its BatchNorm statistics measured anew: of the `adv` set on adversarial images made against it, of the
 * `clean` set, where there is one, on clean images. Izmailov et al., Averaging Weights Leads to Wider Optima and Better
 * Generalization, UAI 2018, https://arxiv.org/abs/1803.05407.
 *
 * The code of AR-AT+SWA averages with equal weights in the epochs from 76 of 100 on, every 500 steps, and measures the
 * `adv` set over all training images, in a pass whose attack moves the statistics that are being measured. Here the
 * first epoch is `averageFrom` of the epochs (0.76 there) and the distance of snapshots `averageEvery` steps (500
 * there), or one at each epoch's end if that is 0, for short runs. Chosen here: statistics over up to 1,000 training
 * images without augmentation, as plain means over batches; the attack does not move them.
 */
import * as tf from '@tensorflow/tfjs-core';
import { addNumber, parameter } from '../../nn/parameters.ts';
import { ResNet } from '../../nn/resnet.ts';
import type { BnBranch, StorePart } from '../../nn/types.ts';
import type { MethodInfo } from '../method-info.ts';
import { adoptNetwork, copyNetwork } from '../second-network.ts';
import { trainingAttack } from '../training-attack.ts';
import type { EpochContext, Method, StepContext } from '../types.ts';
import { AVERAGE, AVERAGED_EPOCHS, AVERAGED_UNTIL } from './info.ts';

const STATISTICS_IMAGES = 1000;

interface Averaging {
  readonly average: ResNet;
  readonly state: {
    /** Whether there is an average to evaluate: one whose statistics are measured. */
    averaged: boolean;
    /** How many snapshots the average has: AVERAGED_EPOCHS, which cannot be read within a step. */
    snapshots: number;
  };
}
export type Averaged<Extras> = Extras & Averaging;

/** The first epoch, counted from 1, whose weights are averaged. */
export const firstAveraged = (averageFrom: number, epochs: number): number =>
  Math.max(1, Math.ceil(averageFrom * epochs));

/**
 * Whether the weights after step `step`, from 0, are a snapshot when one is taken every `every` steps. The official
 * code counts steps from an epoch earlier: its first epoch is number 1.
 */
export const isSnapshot = (step: number, perEpoch: number, first: number, every: number): boolean =>
  Math.floor(step / perEpoch) + 1 >= first && (step + perEpoch) % every === 0;

const setNumber = (network: ResNet, { name }: StorePart, value: number): void =>
  tf.tidy(() => parameter(network, name).assign(tf.scalar(value)));

/** theta_avg += (theta - theta_avg) / (n + 1). */
function include({ network, extras: { average, state } }: StepContext<Averaging>): void {
  const n = state.snapshots;
  if (n === 0) copyNetwork(network, average);
  else
    tf.tidy(() => {
      for (const [name, v] of average.trainable) {
        const now = parameter(network, name);
        v.assign(tf.add(v, tf.div(tf.sub(now, v), n + 1)) as never);
      }
    });
  state.snapshots = n + 1;
  setNumber(network, AVERAGED_EPOCHS, state.snapshots);
}

/**
 * Sums over batches of the batch mean and the unbiased batch variance of every layer, under the names of `branch`'s
 * running statistics.
 */
function addStatistics(
  network: ResNet,
  branch: BnBranch,
  images: tf.Tensor4D,
  sums: Map<string, tf.Tensor>,
): void {
  tf.tidy(() => {
    const { statistics } = network.forward(images, { branch, mode: 'train', statistics: 'all' });
    for (const [layer, { mean, variance, count }] of Object.entries(statistics)) {
      const prefix = network.bnPrefix(layer, branch);
      const unbiased = tf.mul(variance, count > 1 ? count / (count - 1) : 1);
      for (const [name, value] of [
        [`${prefix}.running_mean`, mean],
        [`${prefix}.running_var`, unbiased],
      ] as const) {
        const before = sums.get(name);
        sums.set(name, tf.keep(before ? tf.add(before, value) : tf.clone(value)));
        before?.dispose();
      }
    }
  });
}

/**
 * The average's running statistics become plain means over batches: of x' in the `adv` set, of x in the `clean` one
 * where there is one. x': PGD on CE with batch statistics, whatever the method trains on, under the switches that it
 * reads.
 */
async function measureStatistics(context: EpochContext<Averaging>, info: MethodInfo): Promise<void> {
  const { average } = context.extras;
  const reads = (name: 'officialAliasing' | 'attackUpdatesStatistics') =>
    info.switches.includes(name) && context.switches[name];
  const switches = {
    ...context.switches,
    officialAliasing: reads('officialAliasing'),
    attackUpdatesStatistics: reads('attackUpdatesStatistics'),
  };
  const averageContext = { ...context, switches, network: average };
  const sums = new Map<string, tf.Tensor>();
  let batches = 0;
  for (const { x, y, noise } of context.trainingBatches(STATISTICS_IMAGES)) {
    batches++;
    const attacked = trainingAttack(averageContext, x, y, noise);
    addStatistics(average, 'adv', attacked.xAdv, sums);
    if (average.splitBn) addStatistics(average, 'clean', attacked.x, sums);
    tf.dispose([attacked.x, attacked.xAdv, x, y, noise]);
    // A stop rejects here, and nothing else disposes the sums.
    await context.pace().catch((error: unknown) => {
      tf.dispose([...sums.values()]);
      throw error;
    });
  }
  tf.tidy(() => {
    for (const [name, sum] of sums) parameter(average, name).assign(tf.div(sum, batches) as never);
  });
  tf.dispose([...sums.values()]);
}

/** The values of AVERAGED_UNTIL and AVERAGED_EPOCHS. */
async function numbersOf(network: ResNet): Promise<[until: number, snapshots: number]> {
  const [until, snapshots] = [AVERAGED_UNTIL, AVERAGED_EPOCHS].map(({ name }) => parameter(network, name));
  return [(await until.data())[0], (await snapshots.data())[0]];
}

/** `base` with its weights averaged, under `info`. */
export function withAveraging<Extras>(base: Method<Extras>, info: MethodInfo): Method<Averaged<Extras>> {
  return {
    ...(base as Method<Averaged<Extras>>),
    ...info,
    createExtras(network, switches, seed) {
      const extras = base.createExtras(network, switches, seed);
      for (const part of [AVERAGED_UNTIL, AVERAGED_EPOCHS]) addNumber(network, part);
      const average = adoptNetwork(network, new ResNet(network.spec, seed), AVERAGE);
      return { ...extras, average, state: { averaged: false, snapshots: 0 } };
    },
    async beforeEpoch(context) {
      await base.beforeEpoch?.(context);
      const { network, extras } = context;
      const [until, n] = await numbersOf(network);
      extras.state.averaged = until > 0;
      extras.state.snapshots = n;
    },
    afterStep(context, position) {
      base.afterStep?.(context, position);
      const { averageFrom, averageEvery } = context.switches;
      const { step, stepsPerEpoch, epochs } = position;
      if (averageEvery === 0) return;
      const first = firstAveraged(averageFrom, epochs);
      if (isSnapshot(step, stepsPerEpoch, first, averageEvery)) include(context);
    },
    async afterEpoch(context) {
      await base.afterEpoch?.(context);
      const { network, switches, epoch, epochs, extras } = context;
      if (epoch < firstAveraged(switches.averageFrom, epochs)) return;
      const [until, n] = await numbersOf(network);
      extras.state.snapshots = n;
      if (switches.averageEvery === 0) {
        // In a run that was stopped below, the epoch is in the average already, but the statistics may not have been
        // measured.
        if (until < epoch) include(context);
        setNumber(network, AVERAGED_UNTIL, epoch);
      }
      if (extras.state.snapshots === 0) return;
      await measureStatistics(context, info);
      setNumber(network, AVERAGED_UNTIL, epoch);
      extras.state.averaged = true;
    },
    evaluated: ({ network, extras }) => (extras.state.averaged ? extras.average : network),
  };
}
