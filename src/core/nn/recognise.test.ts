import { beforeAll, describe, expect, test } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { parameterShapes } from './architecture.ts';
import { findNetworks } from './recognise.ts';
import { ResNet } from './resnet.ts';
import { NETWORKS } from './testing/networks.ts';
import { toHost } from './weights.ts';

type Entries = Parameters<typeof findNetworks>[0];

/** The header of a network's file, changed. */
function header(
  architecture: Parameters<typeof parameterShapes>[0],
  change: (
    entries: Map<string, { dtype: 'F32' | 'I64' | 'U8'; shape: readonly number[] }>,
  ) => void = () => {},
  prefix = '',
): Entries {
  const entries = new Map(
    [...parameterShapes(architecture)].map(([name, shape]) => [
      prefix + name,
      { dtype: 'F32' as const, shape },
    ]),
  );
  change(entries as never);
  return entries;
}

const RESNET_18 = { width: 64, blocks: [2, 2, 2, 2], classes: 10, splitBn: false };
const SMALL = { width: 4, blocks: [1, 2], classes: 3, splitBn: true };

beforeAll(async () => {
  await initialiseBackend('cpu');
});

describe('given the header of a weight file', () => {
  test.each([
    ['ResNet-18', RESNET_18],
    ['ResNet-18 with split BatchNorm', { ...RESNET_18, splitBn: true }],
    ['a small network', SMALL],
    ['one stage of one block', { width: 8, blocks: [1], classes: 100, splitBn: false }],
    ['ResNet-34', { width: 64, blocks: [3, 4, 6, 3], classes: 10, splitBn: false }],
  ])('of %s, then width, blocks, classes and BatchNorm sets are found', (_, architecture) => {
    expect(findNetworks(header(architecture))).toEqual({
      networks: [{ prefix: '', architecture }],
      ignored: [],
    });
  });

  test.each(['model.', 'module.', 'module.model.', 'state.', '1.'])(
    'with the prefix %s, then the network is found behind it',
    (prefix) => {
      expect(findNetworks(header(SMALL, undefined, prefix)).networks).toEqual([
        { prefix, architecture: SMALL },
      ]);
    },
  );

  test('with counters, predictors and a normalisation layer, then these are not asked of the network', () => {
    const found = findNetworks(
      header(SMALL, (entries) => {
        entries.set('bn1.adv.num_batches_tracked', { dtype: 'I64', shape: [] });
        entries.set('predictor.layer2.0.bn1.0.weight', { dtype: 'F32', shape: [2, 8] });
        entries.set('normalize.mean', { dtype: 'F32', shape: [1, 3, 1, 1] });
      }),
    );
    expect(found.networks).toHaveLength(1);
    expect(found.ignored).toEqual(['predictor.layer2.0.bn1.0.weight', 'normalize.mean']);
  });

  test('of two networks, then both are found, the one without a prefix first', () => {
    const both = new Map([...header(RESNET_18, undefined, 'natural.'), ...header(SMALL)]);
    expect(findNetworks(both).networks.map((n) => n.prefix)).toEqual(['', 'natural.']);
  });

  test.each<[string, (entries: Map<string, { dtype: string; shape: readonly number[] }>) => void, string]>([
    [
      'with the stem of ImageNet',
      (e) => e.set('conv1.weight', { dtype: 'F32', shape: [64, 3, 7, 7] }),
      "Tensor 'conv1.weight' has shape [64, 3, 7, 7]; a CIFAR ResNet of width 64 with blocks 2, 2, 2, 2 needs [64, 3, 3, 3].",
    ],
    [
      'whose third stage does not double the width',
      (e) => e.set('layer3.0.conv1.weight', { dtype: 'F32', shape: [128, 128, 3, 3] }),
      "Tensor 'layer3.0.conv1.weight' has shape [128, 128, 3, 3]; a CIFAR ResNet of width 64 with blocks 2, 2, 2, 2 needs [256, 128, 3, 3].",
    ],
    [
      'without running statistics',
      (e) => e.delete('layer2.1.bn2.running_var'),
      "There is no tensor 'layer2.1.bn2.running_var' in the file; a CIFAR ResNet of width 64 with blocks 2, 2, 2, 2 needs one of shape [128].",
    ],
    [
      'with a third convolution in a block, as in a bottleneck',
      (e) => e.set('layer1.0.conv3.weight', { dtype: 'F32', shape: [256, 64, 1, 1] }),
      "Tensor 'layer1.0.conv3.weight' of shape [256, 64, 1, 1] has no place in a CIFAR ResNet of width 64 with blocks 2, 2, 2, 2, which is what the other tensors describe.",
    ],
    [
      'with a fifth stage',
      (e) => e.set('layer5.0.conv1.weight', { dtype: 'F32', shape: [1024, 512, 3, 3] }),
      "Tensor 'layer5.0.conv1.weight' of shape [1024, 512, 3, 3] has no place in a CIFAR ResNet of width 64 with blocks 2, 2, 2, 2, which is what the other tensors describe.",
    ],
    [
      'of whole numbers',
      (e) => e.set('linear.bias', { dtype: 'U8', shape: [10] }),
      "Tensor 'linear.bias' has type U8; weights are expected as F16, BF16, F32 or F64.",
    ],
  ])('%s, then the sentence names the tensor and both shapes', (_, change, sentence) => {
    expect(() => findNetworks(header(RESNET_18, change as never))).toThrow(sentence);
  });

  describe('that is wide', () => {
    const WRN_34_10 = { family: 'wide', width: 160, blocks: [5, 5, 5], classes: 10 } as const;
    test.each([false, true])('with split BatchNorm %s, then it is the WRN-34-10 of its names', (splitBn) => {
      const found = findNetworks(header({ ...WRN_34_10, splitBn }, undefined, 'module.'));
      expect(found).toEqual({
        networks: [{ prefix: 'module.', architecture: { ...WRN_34_10, blocks: [5, 5, 5], splitBn } }],
        ignored: [],
      });
    });

    test("of TRADES' code, whose unused sub_block1 repeats the first stage, then that is ignored", () => {
      const spec = { ...WRN_34_10, splitBn: false };
      const whole = header(spec, (entries) => {
        for (const [name, entry] of [...entries])
          if (name.startsWith('block1.')) entries.set(`sub_${name}`, entry as never);
      });
      const { networks, ignored } = findNetworks(whole);
      expect(networks.map((n) => n.prefix)).toEqual(['']);
      expect(ignored).toContain('sub_block1.layer.0.convShortcut.weight');
      expect(ignored.every((name) => name.startsWith('sub_block1.'))).toBe(true);
    });

    test.each<[string, (entries: Map<string, { dtype: string; shape: readonly number[] }>) => void, string]>([
      [
        'with a wider first convolution',
        (e) => e.set('conv1.weight', { dtype: 'F32', shape: [64, 3, 3, 3] }),
        "Tensor 'conv1.weight' has shape [64, 3, 3, 3]; a wide CIFAR ResNet of width 160 with blocks 5, 5, 5 needs [16, 3, 3, 3].",
      ],
      [
        'without its last BatchNorm',
        (e) => e.delete('bn1.running_mean'),
        "There is no tensor 'bn1.running_mean' in the file; a wide CIFAR ResNet of width 160 with blocks 5, 5, 5 needs one of shape [640].",
      ],
      [
        'with a linear layer of the plain name',
        (e) => e.set('linear.weight', { dtype: 'F32', shape: [10, 640] }),
        "Tensor 'linear.weight' of shape [10, 640] has no place in a wide CIFAR ResNet of width 160 with blocks 5, 5, 5, which is what the other tensors describe.",
      ],
    ])('%s, then the sentence names the tensor and both shapes', (_, change, sentence) => {
      expect(() => findNetworks(header({ ...WRN_34_10, splitBn: false }, change as never))).toThrow(sentence);
    });
  });

  test('of a transformer, then the sentence says what is missing and what is there', () => {
    const entries: Entries = new Map([
      ['transformer.wte.weight', { dtype: 'F16', shape: [50257, 768] }],
      ['transformer.h.0.attn.c_attn.weight', { dtype: 'F16', shape: [768, 2304] }],
    ]);
    expect(() => findNetworks(entries)).toThrow(
      "The file holds no CIFAR ResNet: there is no tensor 'conv1.weight' of shape [width, 3, 3, 3], and it begins with 'transformer.wte.weight' of shape [50257, 768].",
    );
    expect(() => findNetworks(new Map())).toThrow(/and it is empty\.$/);
  });
});

test.each(NETWORKS)(
  'given a network of the family %s with split BN %s, then its parameters have the names and shapes listed',
  async (family, splitBn) => {
    const spec = { ...SMALL, family, splitBn };
    const network = new ResNet({ ...spec, stemStride: 1, inputScale: 0 }, 0);
    const shapes = new Map<string, readonly number[]>();
    for (const [name, v] of [...network.trainable, ...network.buffers])
      shapes.set(name, (await toHost(v)).shape);
    expect(new Map([...shapes].sort())).toEqual(new Map([...parameterShapes(spec)].sort()));
    network.dispose();
  },
);
