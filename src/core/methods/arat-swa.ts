/**
 * ARAT+SWA: ARAT, and beside it the running average of its weights at the end of each epoch from `averageFrom` on. The average is what is
 * evaluated, its BatchNorm statistics measured anew: of the `adv` set on adversarial images made against it, of the `clean` set, where
 * there is one, on clean images. Izmailov et al., Averaging Weights Leads to Wider Optima and Better Generalization, UAI 2018; used by
 * Waseda et al. as AR-AT+SWA.
 *
 * The official code averages with equal weights from epoch 76 of 100 on, every 500 steps, and measures the `adv` set over all training
 * images. Chosen here, for runs of few epochs: from `averageFrom` of the epochs (0.76 there), once an epoch, statistics over up to 1,000
 * training images without augmentation, as plain means over batches.
 */
import * as tf from '@tensorflow/tfjs-core';
import { addNumber, parameter } from '../nn/parameters.ts';
import { ResNet } from '../nn/resnet.ts';
import type { BnBranch } from '../nn/types.ts';
import { arat } from './arat.ts';
import { ARAT_SWA_INFO } from './catalogue.ts';
import { adoptNetwork, copyNetwork } from './second-network.ts';
import { trainingAttack } from './training-attack.ts';
import type { EpochContext, Method, StepContext } from './types.ts';

const STATISTICS_IMAGES = 1000;
/** The last epoch that went into the average, and how many did: among the buffers, so that a checkpoint knows. */
const LAST = 'averaged_until';
const COUNT = 'averaged_epochs';

/** Whether there is an average to evaluate. */
interface State {
  averaged: boolean;
}

const averageOf = ({ extras }: StepContext): ResNet => extras.average as ResNet;

/** theta_avg += (theta - theta_avg) / (n + 1). */
function include(context: EpochContext, n: number): void {
  const average = averageOf(context);
  if (n === 0) return copyNetwork(context.network, average);
  tf.tidy(() => {
    for (const [name, v] of average.trainable) {
      const now = parameter(context.network, name);
      v.assign(tf.add(v, tf.div(tf.sub(now, v), n + 1)) as never);
    }
  });
}

/** Sums over batches of the batch mean and the unbiased batch variance of every layer, under the names of `branch`'s running statistics. */
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

/** The average's running statistics become plain means over batches: of x' in the `adv` set, of x in the `clean` one where there is one. */
async function measureStatistics(context: EpochContext): Promise<void> {
  const average = averageOf(context);
  const averageContext = { ...context, network: average };
  const sums = new Map<string, tf.Tensor>();
  let batches = 0;
  for (const { x, y, noise } of context.trainingBatches(STATISTICS_IMAGES)) {
    batches++;
    const attacked = trainingAttack(averageContext, x, y, noise);
    addStatistics(average, 'adv', attacked.xAdv, sums);
    if (average.splitBn) addStatistics(average, 'clean', attacked.x, sums);
    tf.dispose([attacked.x, attacked.xAdv, x, y, noise]);
    // Stopped here, the sums would stay: the caller disposes nothing of ours.
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

export const aratSwa: Method = {
  ...arat,
  ...ARAT_SWA_INFO,
  createExtras(network, switches, seed) {
    const extras = arat.createExtras(network, switches, seed);
    for (const name of [LAST, COUNT]) addNumber(network, name);
    const average = adoptNetwork(network, new ResNet(network.spec, seed), 'average', false);
    const state: State = { averaged: false };
    return { ...extras, average, state };
  },
  async beforeEpoch(context) {
    (context.extras.state as State).averaged = (await parameter(context.network, LAST).data())[0] > 0;
  },
  async afterEpoch(context) {
    const { network, switches, epoch, epochs, extras } = context;
    if (epoch < Math.max(1, Math.ceil(switches.averageFrom * epochs))) return;
    const [last, count] = [LAST, COUNT].map((name) => parameter(network, name));
    const [[until], [n]] = [await last.data(), await count.data()];
    // A run that goes on from a stop after this: the epoch is in the average already, its statistics may not be whole.
    if (until < epoch) {
      include(context, n);
      tf.tidy(() => {
        last.assign(tf.scalar(epoch));
        count.assign(tf.scalar(n + 1));
      });
    }
    await measureStatistics(context);
    (extras.state as State).averaged = true;
  },
  evaluated: (context) => ((context.extras.state as State).averaged ? averageOf(context) : context.network),
};
