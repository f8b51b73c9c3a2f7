import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { IMAGE_BYTES, type ImageSet } from './dataset.ts';
import { SYNTHETIC_CLASSES } from './class-names.ts';
import { syntheticDataset, TEXTURE_AMPLITUDE } from './synthetic.ts';

/** Amplitude of the image, its channels weighted by `axis`, at a frequency in cycles per pixel. */
function power(image: Uint8Array, axis: readonly number[], fx: number, fy: number): number {
  let re = 0;
  let im = 0;
  for (let p = 0; p < 1024; p++) {
    const value = axis[0] * image[3 * p] + axis[1] * image[3 * p + 1] + axis[2] * image[3 * p + 2];
    const angle = 2 * Math.PI * (fx * (p & 31) + fy * (p >> 5));
    re += value * Math.cos(angle);
    im += value * Math.sin(angle);
  }
  return Math.hypot(re, im);
}

/** The class, 0 to 8, whose wave of period 3 is the strongest in the image: only the texture decides it. */
function readTexture(image: Uint8Array): number {
  const axes = [
    [1, 1, 1],
    [1, -1, 1],
    [1, 1, -1],
  ];
  const third = 1 / 3;
  const powers = Array.from({ length: 9 }, (_, label) =>
    power(image, axes[Math.floor(label / 3)], label % 3 === 1 ? 0 : third, label % 3 === 0 ? 0 : third),
  );
  return powers.indexOf(Math.max(...powers));
}

/** Means of 4x4 blocks, in which short waves are averaged out. */
function coarse(image: Uint8Array): Float64Array {
  const out = new Float64Array(192);
  for (let i = 0; i < IMAGE_BYTES; i++) {
    const p = Math.floor(i / 3);
    out[((p >> 7) * 8 + ((p & 31) >> 2)) * 3 + (i % 3)] += image[i] / 16;
  }
  return out;
}

function image(set: ImageSet, i: number): Uint8Array {
  return set.images.subarray(i * IMAGE_BYTES, (i + 1) * IMAGE_BYTES);
}

describe('syntheticDataset', () => {
  it('given a seed, then it decides the images, and test images differ from training images', () => {
    const a = syntheticDataset(1, 40, 40);
    expect(syntheticDataset(1, 40, 40)).toEqual(a);
    expect(syntheticDataset(2, 40, 40).train.images).not.toEqual(a.train.images);
    expect(a.test.images).not.toEqual(a.train.images);
  });

  it('given any sizes and classes, then the set is balanced, and a larger set begins with the smaller one', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        fc.integer({ min: 1, max: 60 }),
        fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 1 }),
        (seed, n, classes) => {
          const small = syntheticDataset(seed, n, 1, classes);
          const large = syntheticDataset(seed, n + 13, 1, classes);
          expect(Buffer.compare(large.train.images.subarray(0, n * IMAGE_BYTES), small.train.images)).toBe(0);
          const counts = classes.map((c) => small.train.labels.filter((label) => label === c).length);
          expect(counts.reduce((x, y) => x + y)).toBe(n);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('given only the strongest texture wave, then it gives the class of over 97 % of the images, though its amplitude is below 8/255', () => {
    const { test } = syntheticDataset(3, 1, 500, [0, 1, 2, 3, 4, 5, 6, 7, 8]);
    let right = 0;
    for (let i = 0; i < 500; i++) if (readTexture(image(test, i)) === test.labels[i]) right++;
    expect(right / 500).toBeGreaterThan(0.97);
    expect(TEXTURE_AMPLITUDE).toBeLessThan(8);
  });

  it('given only coarse colours, when compared with class means, then they give the class of 30 to 90 % of the images', () => {
    const { train, test } = syntheticDataset(4, 4000, 1000);
    const means = SYNTHETIC_CLASSES.map(() => new Float64Array(192));
    for (let i = 0; i < 4000; i++) {
      coarse(image(train, i)).forEach((value, k) => (means[train.labels[i]][k] += value / 400));
    }
    let right = 0;
    for (let i = 0; i < 1000; i++) {
      const c = coarse(image(test, i));
      const distances = means.map((mean) => mean.reduce((sum, m, k) => sum + (m - c[k]) ** 2, 0));
      if (distances.indexOf(Math.min(...distances)) === test.labels[i]) right++;
    }
    expect(right / 1000).toBeGreaterThan(0.3);
    expect(right / 1000).toBeLessThan(0.9);
  });

  it('given a size or class out of range, then the error says the range', () => {
    expect(() => syntheticDataset(0, 0, 1)).toThrow('expected 1 to 100,000');
    expect(() => syntheticDataset(0, 1, 1.5)).toThrow('cannot have 1.5 images');
    expect(() => syntheticDataset(0, 1, 1, [10])).toThrow('expected indices 0 to 9');
    expect(() => syntheticDataset(0, 1, 1, [])).toThrow('expected indices 0 to 9');
  });
});
