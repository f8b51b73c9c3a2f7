import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { amongClasses, inspectWeights, MOST_FILE_BYTES, networkOf, readOwnModel } from './own-model.ts';
import { CIFAR_10_STANDARDISATION, outputsFor, type ModelAnswers } from './model-answers.ts';
import { CIFAR10_CLASSES } from '../data/class-names.ts';
import { ResNet } from './resnet.ts';
import { blobFile, readSafetensors, writeSafetensors, type HostTensor } from './safetensors.ts';
import { NETWORKS } from './testing/networks.ts';
import { exportWeights, toTensor } from './weights.ts';

const SPEC = { width: 2, blocks: [1, 1], stemStride: 2, inputScale: 4, classes: 3, splitBn: true } as const;

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

const fileOf = (bytes: Uint8Array, name = 'mine.safetensors') =>
  blobFile(new File([Uint8Array.from(bytes)], name));

async function opened(bytes: Uint8Array, changed: Partial<ModelAnswers> = {}) {
  const file = fileOf(bytes);
  const inspected = await inspectWeights(file);
  const model = await readOwnModel(file, inspected, { ...inspected.defaults, ...changed });
  return { inspected, model };
}

/** A network whose running statistics and affine parameters all differ, so that a mix-up changes its logits. */
function varied(spec: ConstructorParameters<typeof ResNet>[0], seed = 1): ResNet {
  const network = new ResNet(spec, seed);
  let i = 0;
  for (const v of [...network.trainable.values(), ...network.buffers.values()])
    if (v.rank === 1)
      tf.tidy(() => v.assign(tf.add(v, tf.randomUniform(v.shape, 0.1, 0.4, 'float32', ++i)) as never));
  return network;
}

const IMAGES = () => tf.randomUniform([2, 32, 32, 3], 0, 1, 'float32', 3) as tf.Tensor4D;
const logitsOf = (f: (x: tf.Tensor4D) => tf.Tensor2D): number[] => tf.tidy(() => [...f(IMAGES()).dataSync()]);
const close = (a: readonly number[], b: ArrayLike<number>, tolerance: number) => {
  expect(a).toHaveLength(b.length);
  a.forEach((v, i) => expect(Math.abs(v - b[i]), `value ${i}`).toBeLessThanOrEqual(tolerance));
};

describe('given a network of this page', () => {
  test.each(NETWORKS)(
    'of the family %s with split BN %s, when exported and opened, then the logits are the same without any question',
    async (family, splitBn) => {
      const network = varied({ ...SPEC, family, splitBn });
      const { inspected, model } = await opened(await exportWeights(network, { steps: 7 }));
      expect(inspected.header.metadata.format).toBe('pt');
      const again = networkOf(model);
      const before = logitsOf((x) => network.forward(x, { branch: 'adv', mode: 'eval' }).logits);
      close(logitsOf(again.logits), before, 1e-6);
      again.network.dispose();
      network.dispose();
    },
  );

  test('when opened with the clean set, then the logits are those through the clean set', async () => {
    const network = varied(SPEC);
    const { model } = await opened(await exportWeights(network), { bnSet: 'clean' });
    const again = networkOf(model);
    const [clean, adv] = (['clean', 'adv'] as const).map((branch) =>
      logitsOf((x) => network.forward(x, { branch, mode: 'eval' }).logits),
    );
    close(logitsOf(again.logits), clean, 1e-6);
    expect(clean).not.toEqual(adv);
    again.network.dispose();
    network.dispose();
  });

  test('when exported in float16 and opened, then the logits differ by what the rounding of the weights explains', async () => {
    const network = varied(SPEC);
    const bytes = await exportWeights(network, { floats: 'F16' });
    expect(bytes.length).toBeLessThan((await exportWeights(network)).length);
    const again = networkOf((await opened(bytes)).model);
    const before = logitsOf((x) => network.forward(x, { branch: 'adv', mode: 'eval' }).logits);
    close(logitsOf(again.logits), before, 2e-2);
    expect(logitsOf(again.logits)).not.toEqual(before);
    again.network.dispose();
    network.dispose();
  });

  test.each(['resnet', 'wide'] as const)(
    'when a %s is opened for two of its classes, then these have the same logits as before, in the order asked for',
    async (family) => {
      const network = varied({ ...SPEC, family });
      const { model } = await opened(await exportWeights(network));
      const [all, some] = [networkOf(model), networkOf(amongClasses(model, [2, 0]))];
      const logits = logitsOf(all.logits);
      close(logitsOf(some.logits), [logits[2], logits[0], logits[5], logits[3]], 1e-6);
      for (const { network: n } of [all, some]) n.dispose();
      network.dispose();
    },
  );

  test('when opened and closed, then no tensor is left', async () => {
    const network = varied(SPEC);
    const bytes = await exportWeights(network);
    const { model } = await opened(bytes, { input: CIFAR_10_STANDARDISATION });
    const before = tf.memory().numTensors;
    networkOf(model).network.dispose();
    expect(tf.memory().numTensors).toBe(before);
    network.dispose();
  });
});

describe('given weights without a description', () => {
  const bytesOf = async (add: [string, number[], number[]][] = [], prefix = '') => {
    const network = new ResNet({ ...SPEC, inputScale: 0, stemStride: 1 }, 1);
    const tensors = [...readSafetensors(await exportWeights(network))]
      .filter(([, t]) => t.dtype === 'F32')
      .map(([name, { shape, data }]) => [prefix + name, { shape, data: data as Float32Array }] as const);
    network.dispose();
    const more = add.map(([name, shape, data]) => [name, { shape, data: Float32Array.from(data) }] as const);
    return writeSafetensors(new Map([...tensors, ...more]));
  };

  test('when inspected, then the suggestions are stride 1, pixels as they are, and the adv set', async () => {
    const { defaults } = await inspectWeights(fileOf(await bytesOf()));
    expect(defaults).toEqual({ prefix: '', stemStride: 1, input: { kind: 'none' }, bnSet: 'adv' });
  });

  test('when standardised pixels are chosen, then the network sees (x - mean) / std, and so do gradients', async () => {
    const { model } = await opened(await bytesOf(), { input: CIFAR_10_STANDARDISATION });
    const { network, logits } = networkOf(model);
    const plain = networkOf((await opened(await bytesOf())).model);
    const { mean, std } = CIFAR_10_STANDARDISATION;
    const by = (x: tf.Tensor4D) =>
      tf.div(tf.sub(x, tf.tensor1d([...mean])), tf.tensor1d([...std])) as tf.Tensor4D;
    close(
      logitsOf(logits),
      logitsOf((x) => plain.logits(by(x))),
      1e-6,
    );
    const gradient = (f: (x: tf.Tensor4D) => tf.Tensor2D) =>
      tf.tidy(() => [
        ...tf
          .grad((x) => tf.sum(tf.square(f(x as tf.Tensor4D))))(IMAGES())
          .dataSync(),
      ]);
    close(
      gradient(logits),
      gradient((x) => plain.logits(by(x))),
      1e-5,
    );
    network.dispose();
    plain.network.dispose();
  });

  test('when the file holds a normalisation layer, then its numbers are suggested', async () => {
    const layer: [string, number[], number[]][] = [
      ['0.mean', [1, 3, 1, 1], [0.5, 0.25, 0.125]],
      ['0.std', [1, 3, 1, 1], [0.25, 0.5, 1]],
    ];
    const { defaults } = await inspectWeights(fileOf(await bytesOf(layer, '1.')));
    expect(defaults).toMatchObject({
      prefix: '1.',
      input: { kind: 'standardise', mean: [0.5, 0.25, 0.125], std: [0.25, 0.5, 1] },
    });
  });

  test.each<[string, Partial<ModelAnswers>, RegExp]>([
    ['a scale of 0', { input: { kind: 'scale', scale: 0 } }, /^mine\.safetensors: The scale/],
    [
      'a mean of two numbers',
      { input: { ...CIFAR_10_STANDARDISATION, mean: [0, 0] } },
      /^mine\.safetensors: The mean/,
    ],
    ['a deviation of 0', { input: { ...CIFAR_10_STANDARDISATION, std: [0, 1, 1] } }, /standard deviation/],
    ['a network that is not there', { prefix: 'teacher.' }, /no network whose names begin with 'teacher\.'/],
  ])('when %s is chosen, then it is refused in a sentence', async (_, answers, sentence) => {
    await expect(opened(await bytesOf(), answers)).rejects.toThrow(sentence);
  });

  test('when a weight is not finite, then the sentence names the tensor', async () => {
    const bytes = await bytesOf();
    const { entries } = (await inspectWeights(fileOf(bytes))).header;
    new DataView(bytes.buffer).setFloat32(entries.get('linear.bias')!.begin, NaN, true);
    await expect(opened(bytes)).rejects.toThrow(
      "mine.safetensors: Tensor 'linear.bias' holds a value that is not finite.",
    );
  });
});

describe('given the classes of the images', () => {
  test('when the model tells the data set’s classes apart, then the chosen ones answer', () => {
    expect(outputsFor(10, [0, 1, 6, 7], CIFAR10_CLASSES)).toEqual([0, 1, 6, 7]);
    expect(outputsFor(4, [0, 1, 2, 3], [...'abcd'])).toBeNull();
    expect(outputsFor(3, [0, 2], [...'abc'])).toEqual([0, 2]);
  });

  test('when the model has as many outputs as classes were chosen, then each answers for one of them', () => {
    expect(outputsFor(4, [0, 1, 6, 7], CIFAR10_CLASSES)).toBeNull();
  });

  test('when the images are of some classes of CIFAR-10, then a model of all ten answers by their names', () => {
    expect(outputsFor(10, [0, 1, 2, 3], ['airplane', 'automobile', 'frog', 'horse'])).toEqual([0, 1, 6, 7]);
    expect(outputsFor(10, [1, 3], ['airplane', 'automobile', 'frog', 'horse'])).toEqual([1, 7]);
  });

  test('when neither is so, then the sentence has all three numbers', () => {
    expect(() => outputsFor(100, [0, 1, 6, 7], CIFAR10_CLASSES)).toThrow(
      'It tells 100 classes apart, and these images have 4 of 10 classes.',
    );
  });
});

describe('given a file that is not opened', () => {
  test('when it has 2 GB, then it is refused by its size and nothing is read', async () => {
    let read = 0;
    const file = { name: 'huge.safetensors', size: 2e9, read: async () => (read++, new Uint8Array()) };
    await expect(inspectWeights(file)).rejects.toThrow(
      /^huge\.safetensors: It has 2\.0 GB, .* at most 1 GiB\.$/,
    );
    expect(read).toBe(0);
  });

  test('when it is a large file of something else, then only its header is read', async () => {
    const header = JSON.stringify({
      'h.0.attn.weight': { dtype: 'BF16', shape: [2 ** 14, 2 ** 14], data_offsets: [0, 2 ** 29] },
    });
    const start = new Uint8Array(8 + header.length);
    new DataView(start.buffer).setBigUint64(0, BigInt(header.length), true);
    start.set(new TextEncoder().encode(header), 8);
    let furthest = 0;
    const file = {
      name: 'gpt.safetensors',
      size: start.length + 2 ** 29,
      read: async (begin: number, end: number) => {
        furthest = Math.max(furthest, end);
        return start.slice(begin, end);
      },
    };
    expect(file.size).toBeLessThan(MOST_FILE_BYTES);
    await expect(inspectWeights(file)).rejects.toThrow(/^gpt\.safetensors: The file holds no CIFAR ResNet/);
    expect(furthest).toBe(start.length);
  });

  test.each<[string, Uint8Array, RegExp]>([
    ['empty', new Uint8Array(), /it has 0 bytes/],
    [
      'a PyTorch checkpoint (zip)',
      Uint8Array.from([0x50, 0x4b, 3, 4, 0, 0, 8, 8, 0, 0, 0, 0]),
      /it is a PyTorch checkpoint; convert it with scripts\/pt_to_safetensors\.py/,
    ],
    ['text', new TextEncoder().encode('{"a": 1, "b": 2, "c": 3}'), /header should take/],
  ])('when it is %s, then the sentence begins with its name', async (_, bytes, why) => {
    const error = await inspectWeights(fileOf(bytes, 'x.pt')).catch((e: Error) => e);
    expect((error as Error).message).toMatch(/^x\.pt: This is not a valid safetensors file: .*\.$/);
    expect((error as Error).message).toMatch(why);
  });
});

const FIXTURES = join(process.env.ARAT_SHARED ?? '../shared', 'fixtures');
const present = existsSync(join(FIXTURES, 'README.md'));
if (!present) console.log(`skipped: there is no ${FIXTURES} (set ARAT_SHARED)`);

describe.skipIf(!present)('given a file of the official code’s networks', () => {
  const read = (name: string) => readFileSync(join(FIXTURES, name));

  test.each([
    ['reference-a/arat.safetensors', 'init.', 'eval.logits_adv_bn', {}],
    ['reference-a/arat.safetensors', 'init.', 'eval.logits_clean_bn', { bnSet: 'clean' }],
    ['reference-a/plain.safetensors', 'init.', 'eval.logits_clean', {}],
    ['robust-a/model.safetensors', 'state.', 'logits', {}],
  ] as const)(
    '%s, when its network %s is opened, then it gives the official %s',
    async (name, prefix, official, changed) => {
      const bytes = read(name);
      const tensors = readSafetensors(bytes);
      const index = JSON.parse(read(join(name, '../index.json')).toString()) as {
        architecture?: { input_scale?: number; stem_stride: 1 | 2 };
      };
      const { input_scale: scale = 0, stem_stride: stemStride = 1 } = index.architecture ?? {};
      const input = scale > 0 ? ({ kind: 'scale', scale } as const) : ({ kind: 'none' } as const);
      const { inspected, model } = await opened(bytes, { stemStride, input, ...changed });
      expect(inspected.defaults.prefix).toBe(prefix);
      const { network, logits } = networkOf(model);
      const images = tensors.get('images') ?? tensors.get('x')!;
      const range = images.dtype === 'U8' ? 255 : 1;
      const pixels: HostTensor = {
        ...images,
        dtype: 'F32',
        data: Float32Array.from(images.data, (v) => v / range),
      };
      const ours = tf.tidy(() => [...logits(toTensor(pixels, 'images') as tf.Tensor4D).dataSync()]);
      close(ours, tensors.get(official)!.data, 1e-4);
      network.dispose();
    },
  );
});
