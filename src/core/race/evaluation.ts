/**
 * What a lane measures between its steps: accuracy, accuracy under PGD, BatchNorm statistics. All in float32, eval
 * mode.
 */
import { EVALUATION_BATCH } from '../settings/evaluation-batch.ts';
import * as tf from '@tensorflow/tfjs-core';
import { batchTensors, rightAnswers } from '../analysis/accuracy.ts';
import { bnDivergence } from '../analysis/bn-divergence.ts';
import { pgd } from '../attacks/pgd.ts';
import type { ExperimentConfig } from '../settings/config.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE, type ImageSet } from '../data/dataset.ts';
import { RandomStream } from '../random/random.ts';
import type { BnLayer } from '../result/results.ts';
import type { Trainer } from '../training/trainer.ts';

/** Test images whose BatchNorm statistics are compared after each epoch. */
const BN_IMAGES = 64;

const firstOf = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Batches that `accuracy` of `n` images asks for: clean, and under attack. */
export const evaluationBatches = (n: number): number => 2 * Math.ceil(n / EVALUATION_BATCH);

/** Depends on the seed and the batch alone: every contestant is attacked from the same start, after every epoch. */
function startNoise(seed: number, batch: number, shape: [number, number, number, number]): tf.Tensor4D {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor4d(RandomStream.of(seed, `evaluation start ${batch}`).uniformArray(size, -1, 1), shape);
}

/** Clean accuracy and accuracy under the evaluation PGD (CE, one uniform start) on the first n test images. */
export async function accuracy(
  { contestant, logits }: Trainer,
  { evaluation, attack, seed }: ExperimentConfig,
  test: ImageSet,
  n: number,
  afterBatch: () => Promise<void>,
): Promise<{ clean: number; robust: number; right: { clean: Uint8Array; robust: Uint8Array } }> {
  const indices = firstOf(n);
  const options = { batchSize: EVALUATION_BATCH, afterBatch, of: contestant.label };
  const clean = await rightAnswers(logits, test, indices, options);
  const robust = await rightAnswers(logits, test, indices, {
    ...options,
    attack: (x, y, batch) => {
      const noise = startNoise(seed, batch, x.shape);
      const { stepSize, steps } = evaluation;
      const adversarial = pgd(logits, x, y, {
        eps: attack.eps,
        stepSize,
        steps,
        loss: 'ce',
        starts: [noise],
      });
      noise.dispose();
      return adversarial;
    },
  });
  const share = (right: Uint8Array) => right.reduce((sum, flag) => sum + flag, 0) / n;
  return { clean: share(clean), robust: share(robust), right: { clean, robust } };
}

/** The attack of `accuracy`, in words. */
export function describeAttack({ attack, evaluation, seed }: ExperimentConfig): string {
  const in255 = (v: number) => Number((v * 255).toFixed(2));
  return (
    `PGD-${evaluation.steps}, L-inf, eps ${in255(attack.eps)}/255, step ${in255(evaluation.stepSize)}/255, CE, ` +
    `1 uniform start, seed ${seed}`
  );
}

/** BatchNorm statistics of the first test images and of their adversarial images under the training attack. */
export async function divergence(
  { logits, evaluated }: Trainer,
  { attack, seed }: ExperimentConfig,
  test: ImageSet,
): Promise<BnLayer[]> {
  const n = Math.min(BN_IMAGES, test.labels.length);
  const { x, y } = batchTensors(test, firstOf(n));
  const noise = startNoise(seed, 0, [n, IMAGE_SIZE, IMAGE_SIZE, IMAGE_CHANNELS]);
  const xAdv = pgd(logits, x, y, { ...attack, loss: 'ce', starts: [noise] });
  try {
    return await bnDivergence(evaluated, x, xAdv);
  } finally {
    tf.dispose([x, y, noise, xAdv]);
  }
}
