import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { parameter } from '../nn/parameters.ts';
import { ResNet } from '../nn/resnet.ts';
import { bnDivergence, relativeDistance } from './bn-divergence.ts';

const SPEC = { width: 2, blocks: [1, 1], stemStride: 2 as const, inputScale: 4, classes: 2 };
const SETS = ['weight', 'bias', 'running_mean', 'running_var'] as const;

let networks: ResNet[] = [];
const network = (splitBn: boolean): ResNet => {
  const made = new ResNet({ ...SPEC, splitBn }, 5);
  networks.push(made);
  return made;
};

/** Changes all parameters and statistics of the `adv` set from their initial values. */
function disturb(net: ResNet): void {
  let seed = 1;
  for (const layer of net.bnLayers)
    for (const name of SETS) {
      const v = parameter(net, `${net.bnPrefix(layer, 'adv')}.${name}`);
      v.assign(
        tf.tidy(() => tf.abs(tf.add(v, tf.randomUniform(v.shape, 0, 0.5, 'float32', seed++)))) as never,
      );
    }
}

/** Copies the weights of `from`, and its `adv` set into both sets of `to`, so that the networks compute the same. */
function copyShared(from: ResNet, to: ResNet): void {
  to.sharedWeights.forEach((name, i) =>
    parameter(to, name).assign(parameter(from, from.sharedWeights[i]) as never),
  );
  for (const layer of to.bnLayers)
    for (const branch of ['clean', 'adv'] as const)
      for (const name of SETS)
        parameter(to, `${to.bnPrefix(layer, branch)}.${name}`).assign(
          parameter(from, `${from.bnPrefix(layer, 'adv')}.${name}`) as never,
        );
}

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});
afterEach(() => {
  networks.forEach((n) => n.dispose());
  networks = [];
});

describe('bnDivergence', () => {
  const x = () => tf.randomUniform([8, 32, 32, 3], 0, 1, 'float32', 3) as tf.Tensor4D;
  const images = () => {
    const clean = x();
    return [clean, tf.tidy(() => tf.clipByValue(tf.mul(clean, 1.3), 0, 1)) as tf.Tensor4D] as const;
  };

  it('given a split network with equal sets, when measured, then both sets give the distance of a shared network and do not differ', async () => {
    const [shared, split] = [network(false), network(true)];
    disturb(shared);
    copyShared(shared, split);
    const [clean, adv] = images();
    const before = tf.memory().numTensors;
    const [one, two] = [await bnDivergence(shared, clean, adv), await bnDivergence(split, clean, adv)];
    expect(tf.memory().numTensors).toBe(before);
    expect(two.map((l) => l.name)).toEqual(one.map((l) => l.name));
    one.forEach((layer, i) => {
      expect(layer.throughAdv).toBeGreaterThan(1e-3);
      expect(layer.throughClean).toBe(layer.throughAdv);
      expect(two[i].throughClean).toBe(layer.throughAdv);
      expect(two[i].throughAdv).toBe(layer.throughAdv);
      for (const l of [layer, two[i]]) expect([l.runningDistance, l.affineDistance]).toEqual([0, 0]);
      expect(two[i].clean).toEqual(layer.clean);
    });
    tf.dispose([clean, adv]);
  });

  it('given different sets and the same batch twice, when measured, then the batch distances are 0 and the distances of the sets are not', async () => {
    const split = network(true);
    disturb(split);
    const same = x();
    for (const layer of await bnDivergence(split, same, same)) {
      expect([layer.throughClean, layer.throughAdv]).toEqual([0, 0]);
      expect(layer.runningDistance).toBeGreaterThan(0.01);
      expect(layer.affineDistance).toBeGreaterThan(0.01);
    }
    same.dispose();
  });

  it('given a changed adv set, when measured again, then the distance through the clean set is unchanged', async () => {
    const split = network(true);
    const [clean, adv] = images();
    const before = await bnDivergence(split, clean, adv);
    disturb(split);
    const after = await bnDivergence(split, clean, adv);
    expect(after.map((l) => l.throughClean)).toEqual(before.map((l) => l.throughClean));
    expect(after.map((l) => l.throughAdv)).not.toEqual(before.map((l) => l.throughAdv));
    tf.dispose([clean, adv]);
  });
});

it('given two vectors, when their relative distance is computed, then it is divided by their root mean square norm', () => {
  expect(relativeDistance([3, 0], [0, 4])).toBeCloseTo(5 / Math.sqrt(12.5), 12);
  expect(relativeDistance([1, 2], [1, 2])).toBe(0);
  expect(relativeDistance([0], [0])).toBe(0);
});
