import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { networkCost } from './architecture.ts';
import { ResNet } from './resnet.ts';
import { exportWeights, importWeights, readSafetensors, writeSafetensors } from './safetensors.ts';

const SPEC = { width: 2, blocks: [1, 1], stemStride: 1, inputScale: 0, classes: 3, splitBn: true } as const;

beforeAll(async () => {
  await initialiseBackend('cpu');
});

describe('weight files', () => {
  test('given a network, when its weights are exported and imported into another, then both give the same logits', async () => {
    const a = new ResNet(SPEC, 1);
    const b = new ResNet(SPEC, 2);
    const x = tf.fill([1, 32, 32, 3], 0.3) as tf.Tensor4D;
    const logits = (n: ResNet) =>
      tf.tidy(() => n.forward(x, { branch: 'adv', mode: 'eval' }).logits.dataSync());
    expect([...logits(a)]).not.toEqual([...logits(b)]);
    const file = readSafetensors(await exportWeights(a, { label: 'a' }));
    expect(file.get('layer2.0.conv1.weight')?.shape).toEqual([4, 2, 3, 3]);
    expect(file.get('linear.weight')?.shape).toEqual([3, 4]);
    importWeights(b, file);
    expect([...logits(b)]).toEqual([...logits(a)]);
    a.dispose();
    b.dispose();
    x.dispose();
  });

  test('given weights of another width, when imported, then the error names the tensor and the network is unchanged', async () => {
    const small = new ResNet(SPEC, 1);
    const large = new ResNet({ ...SPEC, width: 3 }, 1);
    const before = await exportWeights(small);
    const file = readSafetensors(await exportWeights(large));
    const tensors = tf.memory().numTensors;
    expect(() => importWeights(small, file)).toThrow(/conv1\.weight.*shape/);
    expect(tf.memory().numTensors).toBe(tensors);
    expect(await exportWeights(small)).toEqual(before);
    small.dispose();
    large.dispose();
  });

  test('given any bytes, when read, then they give tensors or one sentence as the error', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          readSafetensors(bytes);
        } catch (error) {
          expect((error as Error).message).toMatch(/^This is not a valid safetensors file: .+\.$/s);
        }
      }),
    );
  });

  test('given a truncated file or a wrong header length, when read, then the error names the tensor or the header', () => {
    const good = writeSafetensors(new Map([['w', { shape: [2], data: Float32Array.of(1, 2) }]]));
    expect([...readSafetensors(good).get('w')!.data]).toEqual([1, 2]);
    expect(() => readSafetensors(good.subarray(0, good.length - 1))).toThrow(/'w'/);
    const huge = good.slice();
    huge[6] = 1;
    expect(() => readSafetensors(huge)).toThrow(/header/);
  });
});

describe('ResNet', () => {
  test('given split BN or not, then the same seed gives the same shared weights under the official names', () => {
    const split = new ResNet(SPEC, 7);
    const plain = new ResNet({ ...SPEC, splitBn: false }, 7);
    const pairs = [
      ['conv1.weight', 'conv1.weight'],
      ['layer2.0.shortcut.weight', 'layer2.0.shortcut.0.weight'],
      ['linear.bias', 'linear.bias'],
    ];
    for (const [s, p] of pairs)
      expect([...split.trainable.get(s)!.dataSync()]).toEqual([...plain.trainable.get(p)!.dataSync()]);
    expect(split.buffers.has('layer2.0.shortcut_bn.clean.running_var')).toBe(true);
    expect(plain.buffers.has('layer2.0.shortcut.1.running_var')).toBe(true);
    split.dispose();
    plain.dispose();
  });

  test('given a pass, then running statistics change only in train mode with updateStatistics, and only those of its branch', () => {
    const network = new ResNet(SPEC, 3);
    const x = tf.randomUniform([2, 32, 32, 3], 0, 1, 'float32', 5) as tf.Tensor4D;
    const state = (branch: string) => [...network.buffers.get(`bn1.${branch}.running_mean`)!.dataSync()];
    const before = { clean: state('clean'), adv: state('adv') };
    tf.tidy(() => void network.forward(x, { branch: 'adv', mode: 'eval' }));
    tf.tidy(() => void network.forward(x, { branch: 'adv', mode: 'train' }));
    expect(state('adv')).toEqual(before.adv);
    tf.tidy(() => void network.forward(x, { branch: 'adv', mode: 'train', updateStatistics: true }));
    expect(state('adv')).not.toEqual(before.adv);
    expect(state('clean')).toEqual(before.clean);
    network.dispose();
    x.dispose();
  });

  test('given the network of the preset demo, then it has 24.6 MFLOP per image and 308 k parameters', () => {
    const { flopPerImage, parameters } = networkCost({
      width: 32,
      blocks: [1, 1, 1],
      stemStride: 2,
      classes: 4,
    });
    expect(Math.round(flopPerImage / 1e5) / 10).toBe(24.6);
    expect(Math.round(parameters / 1000)).toBe(308);
  });
});
