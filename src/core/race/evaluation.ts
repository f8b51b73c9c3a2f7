/**
 * What a lane measures between its steps: accuracy, accuracy under PGD, BatchNorm statistics. All in float32, eval
 * mode.
 */
import { SET_SHARES } from '../experiments/cost.ts';
import { EVALUATION_BATCH } from '../settings/evaluation-batch.ts';
import * as tf from '@tensorflow/tfjs-core';
import { batchTensors, rightAnswers } from '../analysis/accuracy.ts';
import { betweenSets } from '../analysis/between-sets.ts';
import { bnDivergence } from '../analysis/bn-divergence.ts';
import { featureDistance } from '../analysis/feature-distance.ts';
import { pgd } from '../attacks/pgd.ts';
import { alignedLayers } from '../methods/arat/method.ts';
import type { ExperimentConfig } from '../settings/config.ts';
import { IMAGE_CHANNELS, IMAGE_SIZE, type ImageSet } from '../data/dataset.ts';
import type { BnBranch, LogitsFn } from '../nn/types.ts';
import { RandomStream } from '../random/random.ts';
import type { BnLayer, InferenceSets } from '../result/results.ts';
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

/** The evaluation PGD (CE, one uniform start) on these logits. */
const evaluationAttack =
  (logits: LogitsFn, { evaluation, attack: { eps }, seed }: ExperimentConfig) =>
  (x: tf.Tensor4D, y: tf.Tensor1D, batch: number): tf.Tensor4D => {
    const noise = startNoise(seed, batch, x.shape);
    const { stepSize, steps } = evaluation;
    const adversarial = pgd(logits, x, y, { eps, stepSize, steps, loss: 'ce', starts: [noise] });
    noise.dispose();
    return adversarial;
  };

/** Clean accuracy and accuracy under the evaluation PGD (CE, one uniform start) on the first n images of `set`. */
export async function accuracy(
  { contestant, logits }: Pick<Trainer, 'contestant' | 'logits'>,
  config: ExperimentConfig,
  set: ImageSet,
  n: number,
  afterBatch: () => Promise<void>,
): Promise<{ clean: number; robust: number; right: { clean: Uint8Array; robust: Uint8Array } }> {
  const indices = firstOf(n);
  const options = { batchSize: EVALUATION_BATCH, afterBatch, of: contestant.label };
  const clean = await rightAnswers(logits, set, indices, options);
  const attack = evaluationAttack(logits, config);
  const robust = await rightAnswers(logits, set, indices, { ...options, attack });
  const share = (right: Uint8Array) => right.reduce((sum, flag) => sum + flag, 0) / n;
  return { clean: share(clean), robust: share(robust), right: { clean, robust } };
}

/**
 * Inference through each BatchNorm set and between them, on the first n test images; undefined without split BatchNorm.
 * Leaves no tensors.
 */
export async function inferenceSets(
  { contestant, evaluated }: Trainer,
  config: ExperimentConfig,
  test: ImageSet,
  n: number,
  afterBatch: () => Promise<void>,
): Promise<InferenceSets | undefined> {
  if (!evaluated.splitBn) return undefined;
  const path: InferenceSets['path'][number][] = [];
  for (const share of SET_SHARES) {
    const network = betweenSets(evaluated, share);
    try {
      const logits: LogitsFn = (x) => network.forward(x, { branch: 'adv', mode: 'eval' }).logits;
      const { clean, robust } = await accuracy({ contestant, logits }, config, test, n, afterBatch);
      path.push({ share, clean, robust });
    } finally {
      network.dispose();
    }
  }
  const through =
    (branch: BnBranch): LogitsFn =>
    (x) =>
      evaluated.forward(x, { branch, mode: 'eval' }).logits;
  const transferred = async (from: BnBranch, to: BnBranch) => {
    const right = await rightAnswers(through(to), test, firstOf(n), {
      batchSize: EVALUATION_BATCH,
      afterBatch,
      of: contestant.label,
      attack: evaluationAttack(through(from), config),
    });
    return right.reduce((sum, flag) => sum + flag, 0) / n;
  };
  return {
    n,
    path,
    cleanToAdv: await transferred('clean', 'adv'),
    advToClean: await transferred('adv', 'clean'),
  };
}

/** The attack of `accuracy`, in words. */
export function describeAttack({ attack, evaluation, seed }: ExperimentConfig): string {
  const in255 = (v: number) => Number((v * 255).toFixed(2));
  return (
    `PGD-${evaluation.steps}, L-inf, eps ${in255(attack.eps)}/255, step ${in255(evaluation.stepSize)}/255, CE, ` +
    `1 uniform start, seed ${seed}`
  );
}

/**
 * The distances between the first test images and their adversarial images under the training attack: of BatchNorm
 * statistics, and of the aligned layers' features.
 */
export async function divergence(
  { logits, evaluated, contestant }: Trainer,
  { attack, seed }: ExperimentConfig,
  test: ImageSet,
): Promise<{ layers: BnLayer[]; featureDistance: number }> {
  const n = Math.min(BN_IMAGES, test.labels.length);
  const { x, y } = batchTensors(test, firstOf(n));
  const noise = startNoise(seed, 0, [n, IMAGE_SIZE, IMAGE_SIZE, IMAGE_CHANNELS]);
  const xAdv = pgd(logits, x, y, { ...attack, loss: 'ce', starts: [noise] });
  try {
    const { alignedLayers: which } = contestant.switches;
    return {
      layers: await bnDivergence(evaluated, x, xAdv),
      featureDistance: await featureDistance(evaluated, alignedLayers(evaluated, which), x, xAdv),
    };
  } finally {
    tf.dispose([x, y, noise, xAdv]);
  }
}
