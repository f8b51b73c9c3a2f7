import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomStream } from '../random/random.ts';
import { augmentInto, drawAugmentation, toFloat } from './augment.ts';
import { BatchStream } from './batches.ts';
import { IMAGE_BYTES } from './dataset.ts';
import { subset } from './subset.ts';
import { sampleDataset, sampleSet } from './testing/samples.ts';
import { PRESETS } from '../experiments/presets.ts';

const { quick } = PRESETS;
const config = (batchSize: number, seed = 5, crop = 4, flip = true, keepLastBatch = false) => ({
  seed,
  optimiser: { ...quick.optimiser, batchSize, keepLastBatch },
  augmentation: { crop, flip },
});

describe('augmentInto', () => {
  it('given neither crop nor flip, then the result is the images in [0,1]', () => {
    const { images } = sampleSet(3);
    const out = new Float32Array(2 * IMAGE_BYTES);
    augmentInto(out, images, drawAugmentation([2, 0], RandomStream.of(1, 'a'), { crop: 0, flip: false }));
    expect(out).toEqual(toFloat(images, [2, 0]));
  });

  it('given crop 4 and flip, then every result is a shift of the image, mirrored or not, padded with zeros', () => {
    const { images } = sampleSet(1);
    const bytes = (v: Float32Array) => Uint8Array.from(v, (x) => Math.round(255 * x));
    const at = (x: number, y: number, c: number) =>
      x >= 0 && x < 32 && y >= 0 && y < 32 ? images[(y * 32 + x) * 3 + c] : 0;
    const random = RandomStream.of(2, 'a');
    const seen = new Set<string>();
    for (let trial = 0; trial < 40; trial++) {
      const out = new Float32Array(IMAGE_BYTES);
      augmentInto(out, images, drawAugmentation([0], random, { crop: 4, flip: true }));
      const got = bytes(out);
      const matches: string[] = [];
      for (let dx = -4; dx <= 4; dx++)
        for (let dy = -4; dy <= 4; dy++)
          for (const mirrored of [false, true]) {
            const same = got.every((value, i) => {
              const [x, y, c] = [Math.floor(i / 3) % 32, Math.floor(i / 96), i % 3];
              return value === at((mirrored ? 31 - x : x) + dx, y + dy, c);
            });
            if (same) matches.push(`${dx},${dy},${mirrored}`);
          }
      expect(matches).toHaveLength(1);
      seen.add(matches[0]);
    }
    expect(seen.size).toBeGreaterThan(20);
  });
});

describe('BatchStream', () => {
  it.each([
    [10, 4, [4, 4, 2]],
    [8, 4, [4, 4]],
    [9, 4, [4, 4, 1]],
    [4, 4, [4]],
  ])(
    'given %i images, batches of %i and the last one kept, then an epoch has batches of %j, and every image once',
    (n, size, sizes) => {
      const data = sampleSet(n);
      const kept = () => new BatchStream(data, config(size, 5, 0, false, true));
      const [host, device] = [kept(), kept()];
      expect(host.batchesPerEpoch).toBe(sizes.length);
      for (const epoch of [0, 1]) {
        const seen: number[] = [];
        for (const [i, length] of sizes.entries()) {
          const { images, uniform } = host.next('uniform');
          expect([images.length, uniform.length]).toEqual([length * IMAGE_BYTES, length * IMAGE_BYTES]);
          const { draws, labels } = device.nextOnDevice();
          expect(labels).toHaveLength(length);
          for (let b = 0; b < length; b++) seen.push(draws[4 * b]);
          const done = epoch * n + sizes.slice(0, i + 1).reduce((a, b) => a + b, 0);
          expect(host.imagesIn(epoch * sizes.length + i + 1)).toBe(done);
        }
        expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: n }, (_, i) => i));
      }
    },
  );

  it('given a stop before a smaller last batch, when restored, then that batch and the next epoch are the same', () => {
    const kept = () => new BatchStream(sampleSet(10), config(4, 5, 4, true, true));
    const [whole, stopped] = [kept(), kept()];
    for (let i = 0; i < 2; i++) for (const stream of [whole, stopped]) stream.next('uniform');
    const resumed = kept();
    resumed.restore(structuredClone(stopped.state()));
    for (let i = 0; i < 3; i++) expect(resumed.next('uniform')).toEqual(whole.next('uniform'));
  });

  it('given batches for a device, then they have the images, crops and flips of those on the host, and each its own key', () => {
    const data = sampleSet(10);
    const [host, device] = [new BatchStream(data, config(4)), new BatchStream(data, config(4))];
    const keys = new Set<string>();
    for (let i = 0; i < 5; i++) {
      const { images, labels } = host.next('none');
      const drawn = device.nextOnDevice();
      const out = new Float32Array(images.length);
      augmentInto(out, data.images, drawn.draws);
      expect(out).toEqual(images);
      expect(drawn.labels).toEqual(labels);
      keys.add(drawn.key.join());
    }
    expect(keys.size).toBe(5);
  });

  it('given a state saved on the host or on a device, when restored for the other, then the next images are the same', () => {
    const data = sampleSet(10);
    const stream = () => new BatchStream(data, config(4));
    const [host, device] = [stream(), stream()];
    for (let i = 0; i < 3; i++) {
      host.next('none');
      device.nextOnDevice();
    }
    expect(device.state()).toEqual(host.state());
    const [toDevice, toHost] = [stream(), stream()];
    toDevice.restore(structuredClone(host.state()));
    toHost.restore(structuredClone(device.state()));
    for (let i = 0; i < 3; i++) {
      expect(toDevice.nextOnDevice()).toEqual(device.nextOnDevice());
      expect(toHost.next('none')).toEqual(host.next('none'));
    }
  });

  it('given another seed, then the same batch has another key for its random start', () => {
    const keyOf = (seed: number) => new BatchStream(sampleSet(10), config(4, seed)).nextOnDevice().key;
    expect(keyOf(6)).not.toEqual(keyOf(5));
  });

  it('given 10 images in batches of 4, then an epoch has 2 batches without repetition, and the next has another order', () => {
    const stream = new BatchStream(sampleSet(10), config(4));
    expect(stream.batchesPerEpoch).toBe(2);
    const epoch = () => [...stream.next('none').labels, ...stream.next('none').labels];
    const [first, second] = [epoch(), epoch()];
    expect(new Set(first).size).toBe(8);
    expect(new Set(second).size).toBe(8);
    expect(second).not.toEqual(first);
  });

  it('given different attack starts, then images and labels are the same for every method', () => {
    const [a, b] = [new BatchStream(sampleSet(8), config(4)), new BatchStream(sampleSet(8), config(4))];
    for (let i = 0; i < 4; i++) {
      const [x, y] = [a.next('uniform'), b.next('gaussian')];
      expect(x.images).toEqual(y.images);
      expect(x.labels).toEqual(y.labels);
      expect(x.uniform.every((v) => v >= -1 && v <= 1)).toBe(true);
    }
  });

  it('given a state after any number of batches, when restored, then the next batches are the same', () => {
    fc.assert(
      fc.property(fc.nat(7), fc.nat(1000), (drawn, seed) => {
        const a = new BatchStream(sampleSet(10), config(3, seed));
        for (let i = 0; i < drawn; i++) a.next('uniform');
        const b = new BatchStream(sampleSet(10), config(3, seed));
        b.restore(structuredClone(a.state()));
        for (let i = 0; i < 4; i++) expect(b.next('uniform')).toEqual(a.next('uniform'));
      }),
      { numRuns: 15 },
    );
  });

  it('given fewer images than the batch size, then the error names both', () => {
    expect(() => new BatchStream(sampleSet(3), config(4))).toThrow(/batch size is 4.*only 3/);
  });
});

describe('subset', () => {
  const take = (classes: number[], trainSize: number, testSize: number, seed = 1) =>
    subset(sampleDataset(60, 40), {
      dataset: { source: 'synthetic', classes, trainSize, testSize },
      evaluation: PRESETS.quick.evaluation,
      seed,
    });

  it('given valid classes and sizes, then it is balanced and renumbered, and has no image twice', () => {
    const source = sampleDataset(60, 40);
    fc.assert(
      fc.property(
        fc.subarray([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 2 }),
        fc.integer({ min: 1, max: 4 }),
        fc.nat(1000),
        (classes, each, seed) => {
          const { train, classNames } = take(classes, classes.length * each + 1, 4, seed);
          expect(classNames).toEqual(classes.map((c) => source.classNames[c]));
          const key = (images: Uint8Array, i: number) =>
            images.subarray(i * IMAGE_BYTES, i * IMAGE_BYTES + 24).join();
          const labelOf = new Map([...source.train.labels].map((l, i) => [key(source.train.images, i), l]));
          const keys = [...train.labels].map((_, i) => key(train.images, i));
          expect(new Set(keys).size).toBe(keys.length);
          expect(keys.map((k) => classes.indexOf(labelOf.get(k)!))).toEqual([...train.labels]);
          const counts = classes.map((_, k) => train.labels.filter((l) => l === k).length);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 20 },
    );
  });

  it('given too few images or an unknown class, then the error says what the data set has', () => {
    expect(() => take([0, 1], 20, 4)).toThrow(/6 images of class 0.*at most 12 training images/);
    expect(() => take([0, 10], 4, 4)).toThrow(/Class 10.*classes 0 to 9/);
  });

  it('given another seed, then other images are chosen', () => {
    expect(take([0, 1], 6, 4, 2).train.images).not.toEqual(take([0, 1], 6, 4, 1).train.images);
  });
});
