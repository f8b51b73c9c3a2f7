/** The balance a of auto-balance: the accuracy of the clean branch on training images, in eval mode. */
import { countCorrect } from '../analysis/accuracy.ts';
import { augmentInto, drawAugmentation } from '../data/augment.ts';
import { IMAGE_BYTES, type ImageSet } from '../data/dataset.ts';
import { imagesPerBalance } from '../experiments/passes.ts';
import type { ResNet } from '../nn/resnet.ts';
import type { LogitsFn } from '../nn/types.ts';
import { RandomStream } from '../random/random.ts';
import type { ExperimentConfig } from '../settings/config.ts';

type Settings = Pick<ExperimentConfig, 'seed' | 'augmentation' | 'balanceImages' | 'optimiser'>;

/**
 * The images that measure the balance after `epoch` finished epochs: the first 1,000, or, as in the official code, the
 * first batches of a shuffled, augmented epoch until they have 1,000 images, which are 8 batches of 128.
 */
export function imagesForBalance(train: ImageSet, settings: Settings, epoch: number): ImageSet {
  const { seed, augmentation, balanceImages } = settings;
  const all = train.labels.length;
  const n = imagesPerBalance(all, settings);
  if (balanceImages === 'first')
    return { images: train.images.subarray(0, n * IMAGE_BYTES), labels: train.labels.subarray(0, n) };
  const random = RandomStream.of(seed, `balance of epoch ${epoch}`);
  const indices = random.shuffle(Uint32Array.from({ length: all }, (_, i) => i)).subarray(0, n);
  const values = new Float32Array(n * IMAGE_BYTES);
  augmentInto(values, train.images, drawAugmentation(indices, random, augmentation));
  return {
    images: Uint8Array.from(values, (x) => Math.round(255 * x)),
    labels: Uint8Array.from(indices, (i) => train.labels[i]),
  };
}

/** Leaves no tensors. `afterBatch` is awaited after each batch; it may wait, or throw to stop. */
export async function measuredBalance(
  network: ResNet,
  train: ImageSet,
  settings: Settings,
  epoch: number,
  afterBatch?: () => Promise<void>,
): Promise<number> {
  const set = imagesForBalance(train, settings, epoch);
  const indices = Array.from(set.labels, (_, i) => i);
  const clean: LogitsFn = (x) => network.forward(x, { branch: 'clean', mode: 'eval' }).logits;
  const { batchSize } = settings.optimiser;
  return (await countCorrect(clean, set, indices, { batchSize, afterBatch })) / indices.length;
}
