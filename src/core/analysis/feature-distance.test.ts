import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { parameter } from '../nn/parameters.ts';
import { ResNet } from '../nn/resnet.ts';
import { featureDistance } from './feature-distance.ts';

const SPEC = { width: 2, blocks: [1, 1], stemStride: 2 as const, inputScale: 4, classes: 2 };
const LAYERS = ['layer2.0.bn1', 'layer2.0.bn2'];

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

const images = (seed: number): tf.Tensor4D => tf.randomUniform([5, 32, 32, 3], 0, 1, 'float32', seed);

/** Runs `use` on a network that is disposed after it; no other tensor may remain. */
async function onNetwork(splitBn: boolean, use: (network: ResNet) => Promise<void>): Promise<void> {
  const before = tf.memory().numTensors;
  const network = new ResNet({ ...SPEC, splitBn }, 5);
  await use(network);
  network.dispose();
  expect(tf.memory().numTensors).toBe(before);
}

test('given the same images twice and one BatchNorm set, when measured, then the distance is 0', () =>
  onNetwork(false, async (network) => {
    const x = images(1);
    expect(await featureDistance(network, LAYERS, x, x)).toBeCloseTo(0, 6);
    x.dispose();
  }));

test('given the same images twice and two sets of which one differs, when measured, then there is a distance', () =>
  onNetwork(true, async (network) => {
    const x = images(1);
    expect(await featureDistance(network, LAYERS, x, x)).toBeCloseTo(0, 6);
    const gamma = parameter(network, 'layer2.0.bn1.adv.weight');
    tf.tidy(() => gamma.assign(tf.mul(gamma, tf.range(0.1, gamma.size)) as never));
    expect(await featureDistance(network, LAYERS, x, x)).toBeGreaterThan(1e-4);
    x.dispose();
  }));

test('given two batches, when measured, then it is the mean of 1 - cos over layers and images, computed by hand', () =>
  onNetwork(true, async (network) => {
    const [x, xAdv] = [images(1), images(2)];
    const features = (of: tf.Tensor4D, branch: 'clean' | 'adv') =>
      tf.tidy(() => {
        const { features: by } = network.forward(of, { branch, mode: 'eval', features: LAYERS });
        return LAYERS.map((layer) => by[layer].arraySync());
      });
    const [z, zAdv] = [features(x, 'clean'), features(xAdv, 'adv')];
    const norm = (v: readonly number[]) => Math.hypot(...v);
    const distances = z.flatMap((rows, l) =>
      rows.map((a, i) => {
        const b = zAdv[l][i];
        return 1 - a.reduce((sum, value, k) => sum + value * b[k], 0) / (norm(a) * norm(b));
      }),
    );
    const mean = distances.reduce((sum, d) => sum + d, 0) / distances.length;
    expect(mean).toBeGreaterThan(1e-4);
    expect(await featureDistance(network, LAYERS, x, xAdv)).toBeCloseTo(mean, 5);
    tf.dispose([x, xAdv]);
  }));
