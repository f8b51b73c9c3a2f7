/**
 * ARAT+SWA: ARAT, and beside it the running average of its weights at the end of each epoch from `averageFrom` on. The
 * average is what is evaluated, its BatchNorm statistics measured anew: of the `adv` set on adversarial images made
 * against it, of the `clean` set, where there is one, on clean images. Izmailov et al., Averaging Weights Leads to
 * Wider Optima and Better Generalization, UAI 2018; used by Waseda et al. as AR-AT+SWA.
 *
 * The official code averages with equal weights from epoch 76 of 100 on, every 500 steps, and measures the `adv` set
 * over all training images. Chosen here, for runs of few epochs: from `averageFrom` of the epochs (0.76 there), once an
 * epoch, statistics over up to 1,000 training images without augmentation, as plain means over batches.
 */
import * as tf from '@tensorflow/tfjs-core';
import { addNumber, parameter } from '../../nn/parameters.ts';
import { ResNet } from '../../nn/resnet.ts';
import type { BnBranch } from '../../nn/types.ts';
import { arat, type AratExtras } from '../arat/method.ts';
import { ARAT_SWA_INFO, AVERAGE, AVERAGED_EPOCHS, AVERAGED_UNTIL } from './info.ts';
import { adoptNetwork, copyNetwork } from '../second-network.ts';
import { trainingAttack } from '../training-attack.ts';
import type { EpochContext, Method } from '../types.ts';

const STATISTICS_IMAGES = 1000;

export interface AratSwaExtras extends AratExtras {
  readonly average: ResNet;
  /** Whether there is an average to evaluate. */
  readonly state: { averaged: boolean };
}
type Context = EpochContext<AratSwaExtras>;

/** theta_avg += (theta - theta_avg) / (n + 1). */
function include({ network, extras: { average } }: Context, n: number): void {
  if (n === 0) return copyNetwork(network, average);
  tf.tidy(() => {
    for (const [name, v] of average.trainable) {
      const now = parameter(network, name);
      v.assign(tf.add(v, tf.div(tf.sub(now, v), n + 1)) as never);
    }
  });
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
 * where there is one.
 */
async function measureStatistics(context: Context): Promise<void> {
  const { average } = context.extras;
  const averageContext = { ...context, network: average };
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

export const aratSwa: Method<AratSwaExtras> = {
  ...arat,
  ...ARAT_SWA_INFO,
  createExtras(network, switches, seed) {
    const extras = arat.createExtras(network, switches, seed);
    for (const part of [AVERAGED_UNTIL, AVERAGED_EPOCHS]) addNumber(network, part);
    const average = adoptNetwork(network, new ResNet(network.spec, seed), AVERAGE);
    return { ...extras, average, state: { averaged: false } };
  },
  async beforeEpoch({ network, extras }) {
    extras.state.averaged = (await parameter(network, AVERAGED_UNTIL.name).data())[0] > 0;
  },
  async afterEpoch(context) {
    const { network, switches, epoch, epochs, extras } = context;
    if (epoch < Math.max(1, Math.ceil(switches.averageFrom * epochs))) return;
    const [last, count] = [AVERAGED_UNTIL, AVERAGED_EPOCHS].map(({ name }) => parameter(network, name));
    const [[until], [n]] = [await last.data(), await count.data()];
    // In a run that was stopped below, the epoch is in the average already, but the statistics may not have been
    // measured.
    if (until < epoch) {
      include(context, n);
      tf.tidy(() => {
        last.assign(tf.scalar(epoch));
        count.assign(tf.scalar(n + 1));
      });
    }
    await measureStatistics(context);
    extras.state.averaged = true;
  },
  evaluated: ({ network, extras }) => (extras.state.averaged ? extras.average : network),
};
