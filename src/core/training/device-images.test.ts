import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { augmentBatch } from '../backend/ops.ts';
import { RandomStream } from '../random/random.ts';
import { augmentInto, drawAugmentation } from '../data/augment.ts';
import { IMAGE_BYTES } from '../data/dataset.ts';
import { hostTensor } from '../backend/step-capture.ts';
import { acquireImages, packImages, releaseImages } from './device-images.ts';
import { sampleSet } from '../data/testing/samples.ts';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const device = { input: hostTensor };

describe('packImages', () => {
  it('given bytes, then each pixel becomes one number 65536 R + 256 G + B', () => {
    expect([...packImages(Uint8Array.of(1, 2, 3, 255, 0, 128))]).toEqual([0x010203, 0xff0080]);
  });
});

describe('images on the device', () => {
  it('given every byte value in every channel, when augmented on the device, then the bits are those of the host', () => {
    const images = Uint8Array.from({ length: 3 * IMAGE_BYTES }, (_, i) => Math.floor(i / 3) + (i % 3) * 85);
    const set = { images, labels: new Uint8Array(3) };
    const indices = [2, 0, 1, 1, 2, 0, 0, 1];
    for (const options of [
      { crop: 0, flip: false },
      { crop: 4, flip: true },
    ]) {
      const draws = drawAugmentation(indices, RandomStream.of(3, 'a'), options);
      const expected = new Float32Array(indices.length * IMAGE_BYTES);
      augmentInto(expected, images, draws);
      const x = tf.tidy(() => {
        const shape: [number, number] = [indices.length, 4];
        return augmentBatch(acquireImages(device, set), tf.tensor2d(draws, shape, 'int32'));
      });
      expect(x.shape).toEqual([indices.length, 32, 32, 3]);
      expect(x.dataSync()).toEqual(expected);
      if (!options.flip) expect(new Set(expected).size).toBe(256);
      x.dispose();
      releaseImages(set);
    }
  });

  it('given two users of one set, then it is uploaded once and freed when both have released it', () => {
    const input = vi.fn(device.input);
    const [set, other] = [sampleSet(2), sampleSet(2)];
    const before = tf.memory().numTensors;
    const [a, b] = [acquireImages({ input }, set), acquireImages({ input }, set)];
    expect(b).toBe(a);
    expect(acquireImages({ input }, other)).not.toBe(a);
    expect(input).toHaveBeenCalledTimes(4);
    releaseImages(set);
    releaseImages(other);
    expect(a.images.isDisposed).toBe(false);
    releaseImages(set);
    releaseImages(set); // one call too many
    expect(tf.memory().numTensors).toBe(before);
  });

  it('given draws that are not four whole numbers each, then the error says what was expected', () => {
    const set = sampleSet(1);
    const packed = acquireImages(device, set);
    const draw = (draws: tf.Tensor) => () => augmentBatch(packed, draws as tf.Tensor2D);
    expect(draw(tf.zeros([2, 3], 'int32'))).toThrow(/expected draws \[B,4\] int32.*got \[2,3\] int32/);
    expect(draw(tf.zeros([2, 4]))).toThrow(/expected draws \[B,4\] int32.*got \[2,4\] float32/);
    releaseImages(set);
  });
});
