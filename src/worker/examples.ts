/** Adversarial examples for the viewer, made by the models just trained. */
import * as tf from '@tensorflow/tfjs-core';
import { batchTensors } from '../core/analysis/accuracy.ts';
import { fgsm } from '../core/attacks/fgsm.ts';
import { pgd } from '../core/attacks/pgd.ts';
import { IMAGE_BYTES, type ImageSet } from '../core/data/dataset.ts';
import { RandomStream } from '../core/random.ts';
import type { Trainer } from '../core/training/trainer.ts';
import type { ExampleRequest, ExampleView } from './api.ts';

const argmax = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((b, v, i, a) => (v > a[b] ? i : b), 0);

function attack(trainer: Trainer, x: tf.Tensor4D, y: tf.Tensor1D, r: ExampleRequest): tf.Tensor4D {
  if (r.attack === 'fgsm') return fgsm(trainer.logits, x, y, r.eps, r.loss);
  const noise = RandomStream.of(r.seed, 'example start').uniformArray(IMAGE_BYTES, -1, 1);
  return tf.tidy(() => pgd(trainer.logits, x, y, { ...r, starts: [tf.tensor4d(noise, x.shape)] }));
}

/** One model's view of one test image: attacked through its own gradients (adv BatchNorm, eval mode). */
export async function exampleOf(trainer: Trainer, set: ImageSet, r: ExampleRequest): Promise<ExampleView> {
  const n = set.labels.length;
  if (!Number.isInteger(r.index) || r.index < 0 || r.index >= n)
    throw new Error(`There is no test image ${r.index}: the race has images 0 to ${n - 1}.`);
  const { x, y } = batchTensors(set, [r.index]);
  const xAdv = attack(trainer, x, y, r);
  const probabilities = tf.tidy(() =>
    tf.concat([tf.softmax(trainer.logits(x)), tf.softmax(trainer.logits(xAdv))]),
  );
  try {
    const [before, after, p] = await Promise.all([x.data(), xAdv.data(), probabilities.data()]);
    const classes = p.length / 2;
    const view = (values: Float32Array) => ({ predicted: argmax(values), probabilities: Array.from(values) });
    const perturbation = Float32Array.from(after, (v, i) => v - before[i]);
    return {
      label: trainer.contestant.label,
      image: set.images.slice(r.index * IMAGE_BYTES, (r.index + 1) * IMAGE_BYTES),
      perturbation,
      adversarial: Uint8Array.from(after, (v) => Math.round(v * 255)),
      linf: perturbation.reduce((m, v) => Math.max(m, Math.abs(v)), 0),
      trueClass: set.labels[r.index],
      clean: view((p as Float32Array).slice(0, classes)),
      attacked: view((p as Float32Array).slice(classes)),
    };
  } finally {
    tf.dispose([x, y, xAdv, probabilities]);
  }
}
