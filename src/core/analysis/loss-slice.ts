/**
 * The loss on a two-dimensional grid around an image: along the direction of an attack and along a random direction,
 * each from -eps to eps.
 */
import { argmax, type AttackModel } from '../attacks/attack-model.ts';
import { crossEntropyPerExample } from '../attacks/losses.ts';
import { normOf } from '../attacks/threat.ts';
import type { Norm, Threat } from '../attacks/types.ts';
import { RandomStream } from '../random/random.ts';
import { lossesOf } from './attack-example.ts';

/**
 * Values at the points x + a d1 + b d2, clipped to [0,1], as arrays [side * side]. Within a row a goes from -eps to
 * eps, from row to row b does. d1 is the attack's direction, d2 the random one.
 */
export interface LossSlice {
  readonly side: number;
  /** Cross-entropy, nats. */
  readonly loss: Float32Array;
  /** 1 if the network is wrong at the point, else 0. */
  readonly wrong: Uint8Array;
  /**
   * 1 if the norm of a d1 + b d2, before clipping, is at most eps. In L-inf the sum of both directions can exceed it.
   */
  readonly inside: Uint8Array;
}

export interface LossSliceInput {
  readonly model: AttackModel;
  /** Pixels of one image, in [0,1]. Not changed. */
  readonly x: Float32Array;
  readonly label: number;
  /** x' - x, of which only the direction is used. If it is 0, the direction of the FGSM step is used instead. */
  readonly perturbation: Float32Array;
  readonly threat: Threat;
  readonly seed: number;
  /** Points along each direction: odd, so that the image itself is one of them, and at least 3. */
  readonly side: number;
  /** Awaited after each batch, with the number of its points. It may wait, or throw to stop. */
  readonly pace: (passes: number) => Promise<void>;
}

const BATCH = 64;

/** `d` scaled to norm 1; null if it is 0. */
function unit(norm: Norm, d: Float32Array): Float32Array | null {
  const length = normOf(norm, d, 0, d.length);
  return length > 0 ? d.map((v) => v / length) : null;
}

/** The direction d1, of norm 1: of the perturbation, or else of the FGSM step. Throws `Error` if both are 0. */
async function attackDirection(input: LossSliceInput): Promise<Float32Array> {
  const { model, x, label, perturbation, threat } = input;
  const own = unit(threat.norm, perturbation);
  if (own) return own;
  const y = Int32Array.of(label);
  const { gradient } = await model.gradient(x, y, y, crossEntropyPerExample);
  const step = unit(threat.norm, threat.norm === 'linf' ? gradient.map(Math.sign) : gradient);
  if (!step)
    throw new Error(
      'There is no direction to cut along: neither the attack nor the gradient of the loss moves this image.',
    );
  return step;
}

/** The direction d2, of norm 1: random signs in L-inf; in L2 Gaussian noise made orthogonal to `first`. */
function randomDirection(norm: Norm, first: Float32Array, seed: number): Float32Array {
  const stream = RandomStream.of(seed, 'loss slice');
  if (norm === 'linf')
    return stream.uniformArray(first.length, -1, 1).map((v) => (v < 0 ? -1 : 1)) as Float32Array;
  const noise = stream.normalArray(first.length);
  const along = noise.reduce((sum, v, i) => sum + v * first[i], 0);
  return unit(
    norm,
    noise.map((v, i) => v - along * first[i]),
  )!;
}

/**
 * The slice of `model` around `x`. Throws `Error` if neither the perturbation nor the gradient of cross-entropy gives a
 * direction, or if a logit is not finite. Leaves no tensors.
 */
export async function lossSlice(input: LossSliceInput): Promise<LossSlice> {
  const { model, x, label, threat, seed, side, pace } = input;
  const { norm, eps } = threat;
  const size = x.length;
  const d1 = await attackDirection(input);
  const d2 = randomDirection(norm, d1, seed);
  const n = side * side;
  const [loss, wrong, inside] = [new Float32Array(n), new Uint8Array(n), new Uint8Array(n)];
  const at = (k: number) => eps * ((2 * k) / (side - 1) - 1);
  const offset = new Float32Array(size);
  for (let first = 0; first < n; first += BATCH) {
    const points = Math.min(BATCH, n - first);
    const images = new Float32Array(points * size);
    for (let p = 0; p < points; p++) {
      const [a, b] = [at((first + p) % side), at(Math.floor((first + p) / side))];
      for (let j = 0; j < size; j++) {
        offset[j] = a * d1[j] + b * d2[j];
        images[p * size + j] = Math.min(1, Math.max(0, x[j] + offset[j]));
      }
      inside[first + p] = normOf(norm, offset, 0, size) <= eps * (1 + 1e-5) ? 1 : 0;
    }
    const logits = await model.logits(images);
    for (let p = 0; p < points; p++) {
      const row = logits.subarray(p * model.classes, (p + 1) * model.classes);
      loss[first + p] = lossesOf(row, label).crossEntropy;
      wrong[first + p] = argmax(logits, model.classes, p) === label ? 0 : 1;
    }
    await pace(points);
  }
  return { side, loss, wrong, inside };
}
