import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { betweenSets } from '../analysis/between-sets.ts';
import { initialiseBackend } from '../backend/backend.ts';
import { subset } from '../data/subset.ts';
import { contestant } from '../experiments/contestant.ts';
import { NETWORKS } from '../experiments/networks.ts';
import { alignedLayers, predictorsOf } from '../methods/arat/method.ts';
import { restoreCheckpoint, saveCheckpoint } from '../training/checkpoint.ts';
import { exportedModel } from '../training/exported-model.ts';
import { tinyConfig } from '../training/testing/tiny-config.ts';
import { TINY_DATA, trainOn } from '../training/testing/tiny-trainer.ts';
import { Trainer } from '../training/trainer.ts';
import type { MethodId } from '../settings/config.ts';
import { networkCost, sharedWeightSizes } from './architecture.ts';
import { inspectWeights, readOwnModel } from './own-model.ts';
import { parameter } from './parameters.ts';
import { ResNet } from './resnet.ts';
import { blobFile, readSafetensors } from './safetensors.ts';
import { startFault } from './start-fault.ts';
import { fileDigest, startWeights } from './start-weights.ts';
import { toHost } from './weights.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

const wide = { family: 'wide' as const, stemStride: 1 as const, inputScale: 0, classes: 10 };

describe('a wide network', () => {
  it('given the blocks of WRN-34-10, then ARAT aligns the eleven layers of the official script', () => {
    // A narrow one: the names do not depend on the width.
    const network = new ResNet({ ...wide, width: 2, blocks: [5, 5, 5], splitBn: true }, 1);
    const official =
      'block3.layer.0.relu1,block3.layer.0.relu2,block3.layer.1.relu1,block3.layer.1.relu2,block3.layer.2.relu1,' +
      'block3.layer.2.relu2,block3.layer.3.relu1,block3.layer.3.relu2,block3.layer.4.relu1,block3.layer.4.relu2,avgpool';
    const asOfficial = (layer: string) => layer.replace('.bn', '.relu').replace('pool', 'avgpool');
    const layers = alignedLayers(network, 'last');
    expect(layers.map(asOfficial).join()).toBe(official);
    expect(layers).toHaveLength(11);
    // The first block's bn1 is before the channels double.
    predictorsOf(network, layers, 1);
    const inputs = layers.map((layer) => parameter(network, `predictor.${layer}.0.weight`).shape[0]);
    expect(inputs).toEqual([4, ...Array<number>(10).fill(8)]);
    network.dispose();
  });

  it('given its official width, then it has the 46.2 million parameters of WRN-34-10, of which 16 stem channels', () => {
    const { network } = NETWORKS.at(-1)!;
    expect(networkCost({ ...network, classes: 10 }).parameters).toBe(46_160_474);
    expect(sharedWeightSizes({ ...network, classes: 10 }).get('conv1.weight')).toBe(27 * 16);
  });

  it.each([false, true])(
    'given split BatchNorm %s, then parameters and weights are as many as counted, under official names and shapes',
    async (splitBn) => {
      const spec = { ...wide, width: 4, blocks: [1, 2], splitBn };
      const network = new ResNet(spec, 1);
      const sizes = sharedWeightSizes(spec);
      expect([...sizes.keys()].sort()).toEqual([...network.sharedWeights].sort());
      for (const [name, size] of sizes) expect(parameter(network, name).size).toBe(size);
      const own = [...network.trainable].filter(([name]) => !splitBn || !name.includes('.adv.'));
      const count = own.reduce((sum, [, v]) => sum + v.size, 0);
      expect(count).toBe(networkCost(spec).parameters);
      const shapeOf = async (name: string) => (await toHost(parameter(network, name))).shape;
      expect(await shapeOf('block2.layer.0.convShortcut.weight')).toEqual([8, 4, 1, 1]);
      expect(await shapeOf('fc.weight')).toEqual([10, 8]);
      expect(await shapeOf(`block2.layer.1.bn1${splitBn ? '.clean' : ''}.running_var`)).toEqual([8]);
      network.dispose();
    },
  );

  it('given its convolutions, then they begin with the variance 2 / (9 out) of the official code, and the bias with 0', async () => {
    const network = new ResNet({ ...wide, width: 32, blocks: [1], splitBn: false }, 3);
    const values = Array.from(await parameter(network, 'block1.layer.0.conv2.weight').data());
    const variance = values.reduce((sum, x) => sum + x * x, 0) / values.length;
    expect(variance * 9 * 32).toBeGreaterThan(1.9);
    expect(variance * 9 * 32).toBeLessThan(2.1);
    expect([...(await parameter(network, 'fc.bias').data())]).toEqual(Array(10).fill(0));
    network.dispose();
  });

  it('given an image, then the gradient of a logit is that of finite differences', () => {
    const network = new ResNet({ ...wide, width: 4, blocks: [1, 1], splitBn: false, classes: 3 }, 2);
    const x = tf.randomUniform([1, 32, 32, 3], 0, 1, 'float32', 7);
    const of = (z: tf.Tensor) =>
      tf.sum(network.forward(z as tf.Tensor4D, { branch: 'adv', mode: 'eval' }).logits);
    const direction = tf.randomNormal(x.shape, 0, 1, 'float32', 9);
    const h = 1e-3;
    const [along, difference] = tf.tidy(() => {
      const g = tf.sum(tf.mul(tf.grad(of)(x), direction)).dataSync()[0];
      const at = (by: number) => of(tf.add(x, tf.mul(direction, by))).dataSync()[0];
      return [g, (at(h) - at(-h)) / (2 * h)];
    });
    expect(Math.abs(along - difference)).toBeLessThan(0.02 * (1 + Math.abs(along)));
    tf.dispose([x, direction]);
    network.dispose();
  });

  it('given a trained one, when training starts from its file, then its weights are those of the file, and its BatchNorm sets can be interpolated', async () => {
    const network = { family: 'wide', width: 2, blocks: [1, 1], stemStride: 2, inputScale: 4 } as const;
    const config = { ...tinyConfig([contestant('arat')]), network: { ...network, blocks: [1, 1] } };
    const data = subset(TINY_DATA, config);
    const first = new Trainer(config.contestants[0], config, data);
    await trainOn(first, 3);
    const bytes = (await exportedModel(first)).network;
    const file = blobFile(new File([Uint8Array.from(bytes)], 'wide.safetensors'));
    const inspected = await inspectWeights(file);
    const model = await readOwnModel(file, inspected, inspected.defaults);
    const start = startWeights(file, (await fileDigest(file))!, '', inspected, model);
    expect(
      startFault({ ...config, start: { file: start.file, sha256: start.sha256, prefix: '' } }, start),
    ).toBeNull();
    const second = new Trainer(config.contestants[0], config, data, start);
    expect((await exportedModel(second)).network).not.toEqual(bytes);
    expect(readSafetensors((await exportedModel(second)).network).get('fc.bias')).toEqual(
      readSafetensors(bytes).get('fc.bias'),
    );
    const x = tf.randomUniform([2, 32, 32, 3], 0, 1, 'float32', 4) as tf.Tensor4D;
    const logits = (net: ResNet, branch: 'clean' | 'adv') =>
      tf.tidy(() => Array.from(net.forward(x, { branch, mode: 'eval' }).logits.dataSync()));
    for (const [share, branch] of [
      [0, 'clean'],
      [1, 'adv'],
    ] as const) {
      const between = betweenSets(second.network, share);
      expect(logits(between, 'adv')).toEqual(logits(first.network, branch));
      between.dispose();
    }
    x.dispose();
    for (const t of [first, second]) t.dispose();
  });

  it.each(['arat-swa', 'lbgat', 'ca-at'] as const)(
    'given %s on a wide network, when stopped within its second epoch and resumed, then it ends with the same bits and no more tensors',
    async (method: MethodId) => {
      const tiny = tinyConfig([contestant(method)]);
      const network = { ...tiny.network, family: 'wide' as const, width: 2, blocks: [1, 1] };
      const config = { ...tiny, network };
      const make = () => new Trainer(config.contestants[0], config, subset(TINY_DATA, config));
      const before = tf.memory().numTensors;
      const whole = make();
      await trainOn(whole, 8);
      const first = make();
      await trainOn(first, 5);
      const resumed = make();
      restoreCheckpoint(resumed, structuredClone(await saveCheckpoint(first)));
      await trainOn(resumed, 3);
      expect((await saveCheckpoint(resumed)).parameters).toEqual((await saveCheckpoint(whole)).parameters);
      for (const t of [whole, first, resumed]) t.dispose();
      expect(tf.memory().numTensors).toBe(before);
    },
  );
});
