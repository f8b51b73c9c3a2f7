/**
 * The robust radius of each image is computable for a linear model. Attacks must fool exactly the images whose radius
 * is below eps.
 */
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { RandomStream } from '../random/random.ts';
import { AttackModel } from './attack-model.ts';
import { attackSet } from './attack-set.ts';
import { AUTOATTACK } from './autoattack.ts';
import { attackById } from './registry.ts';
import { SHAPE, SIZE } from './testing/models.ts';
import type { Norm } from './types.ts';

const CLASSES = 4;
const N = 40;
const weights = RandomStream.of(7, 'weights').normalArray(SIZE * CLASSES);
const model = new AttackModel(
  (x) => tf.matMul(tf.reshape(x, [x.shape[0], SIZE]) as tf.Tensor2D, tf.tensor2d(weights, [SIZE, CLASSES])),
  CLASSES,
  SHAPE,
);

/**
 * The largest eps at which image `i` keeps class `label`, by bisection: the best change within ball and box is known
 * for a linear model.
 */
function radius(norm: Norm, x: Float32Array, i: number, label: number): number {
  const pixels = x.subarray(i * SIZE, (i + 1) * SIZE);
  const falls = (eps: number) => {
    for (let k = 0; k < CLASSES; k++) {
      if (k === label) continue;
      let margin = 0;
      let gain = 0;
      for (let j = 0; j < SIZE; j++) {
        const d = weights[j * CLASSES + k] - weights[j * CLASSES + label];
        margin -= d * pixels[j];
        // L-inf: every pixel moves as far as ball and box allow. L2: the images are so far inside the box that it does
        // not matter.
        gain += norm === 'linf' ? Math.abs(d) * Math.min(eps, d > 0 ? 1 - pixels[j] : pixels[j]) : d * d;
      }
      if ((norm === 'linf' ? gain : eps * Math.sqrt(gain)) > margin) return true;
    }
    return false;
  };
  let [low, high] = [0, 1];
  for (let step = 0; step < 40; step++) {
    const middle = (low + high) / 2;
    if (falls(middle)) high = middle;
    else low = middle;
  }
  return high;
}

async function problem(norm: Norm) {
  const [low, high] = norm === 'linf' ? [0, 1] : [0.4, 0.6];
  const x = RandomStream.of(8, norm).uniformArray(N * SIZE, low, high);
  const logits = await model.logits(x);
  const y = Int32Array.from({ length: N }, (_, i) => {
    const row = logits.subarray(i * CLASSES, (i + 1) * CLASSES);
    return row.indexOf(Math.max(...row));
  });
  const radii = Array.from(y, (label, i) => radius(norm, x, i, label));
  // Half of the images are robust at this eps.
  const eps = [...radii].sort((a, b) => a - b)[N / 2];
  return { x, y, radii, threat: { norm, eps } };
}

describe.each(['linf', 'l2'] as const)('a linear model in %s', (norm) => {
  beforeAll(async () => {
    expect((await initialiseBackend('wasm')).backend).toBe('wasm');
  });

  it.each(['apgd-t', 'fab-t', 'autoattack'])(
    'given %s, then it fools the images within eps of the boundary and no others',
    async (id) => {
      const { x, y, radii, threat } = await problem(norm);
      const attack = id === 'autoattack' ? null : attackById(id);
      const entries = attack ? [{ attack, budget: attack.budget }] : AUTOATTACK.slice(0, 3);
      const { verdicts, excess } = await attackSet({ model, x, y, threat, seed: 0 }, entries);
      expect(excess).toBeLessThanOrEqual(1e-6);
      let clear = 0;
      verdicts.forEach((verdict, i) => {
        // Rounding may decide the images whose radius is within half a percent of eps.
        if (Math.abs(radii[i] / threat.eps - 1) < 0.005) return;
        clear++;
        expect(verdict, `image ${i}, radius ${radii[i]}, eps ${threat.eps}`).toBe(
          radii[i] < threat.eps ? 'fooled' : 'robust',
        );
      });
      expect(clear).toBeGreaterThan(N - 6);
    },
  );
});
