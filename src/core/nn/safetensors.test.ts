import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { networkCost } from './architecture.ts';
import { ResNet } from './resnet.ts';
import { readHeader, readSafetensors, readTensors, writeSafetensors } from './safetensors.ts';
import { exportWeights, importWeights } from './weights.ts';

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
    const file = readSafetensors(await exportWeights(a, { metadata: { label: 'a' } }));
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

describe('16-bit floats in weight files', () => {
  const written = (data: Float32Array) =>
    readSafetensors(writeSafetensors(new Map([['w', { shape: [data.length], data }]]), {}, 'F16')).get('w')!;

  test('given values that float16 has, when written as F16 and read, then they are the same', () => {
    const values = Float32Array.of(
      0,
      -0,
      1,
      -2,
      0.333251953125,
      65504,
      2 ** -14,
      2 ** -24,
      1023 * 2 ** -24,
      -Infinity,
    );
    const read = written(values);
    expect(read.dtype).toBe('F16');
    expect([...read.data]).toEqual([...values]);
    expect(written(Float32Array.of(NaN)).data[0]).toBeNaN();
  });

  test('given any value in range, when written as F16, then it is read as the nearest float16, ties to the even one', () => {
    fc.assert(
      fc.property(fc.float({ min: Math.fround(-65504), max: Math.fround(65504), noNaN: true }), (value) => {
        const read = written(Float32Array.of(value)).data[0];
        // Distance between float16 values at this size.
        const spacing = 2 ** Math.max(-24, Math.floor(Math.log2(Math.abs(value) || 1)) - 10);
        expect(Math.abs(read - value)).toBeLessThanOrEqual(spacing / 2);
        if (Math.abs(read - value) === spacing / 2) expect((read / spacing) % 2).toBeCloseTo(0);
      }),
    );
    expect(written(Float32Array.of(2049)).data[0]).toBe(2048);
    expect(written(Float32Array.of(2051)).data[0]).toBe(2052);
  });

  test('given a finite value beyond 65,504, when written as F16, then the error names the tensor', () => {
    expect(() => written(Float32Array.of(1e6))).toThrow(
      "Tensor 'w' holds 1000000, which float16 cannot represent.",
    );
  });

  test('given BF16 data, when read, then each value is the float32 with these upper 16 bits', () => {
    const header = JSON.stringify({ w: { dtype: 'BF16', shape: [3], data_offsets: [0, 6] } });
    const bytes = new Uint8Array(8 + header.length + 6);
    new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
    bytes.set(new TextEncoder().encode(header), 8);
    bytes.set(new Uint8Array(Uint16Array.of(0x3f80, 0xc049, 0x7f80).buffer), 8 + header.length);
    expect([...readSafetensors(bytes).get('w')!.data]).toEqual([1, -3.140625, Infinity]);
  });
});

describe('parts of a weight file', () => {
  const bytes = writeSafetensors(
    new Map([
      ['a', { shape: [2], data: Float32Array.of(1, 2) }],
      ['b', { shape: [2, 1], data: Float32Array.of(3, 4) }],
    ]),
    { format: 'pt' },
  );
  const file = (content: Uint8Array, size = content.length) => {
    const read: [number, number][] = [];
    const part = async (begin: number, end: number) => {
      read.push([begin, end]);
      return content.slice(begin, end);
    };
    return { name: 'w.safetensors', size, read: part, asked: read };
  };

  test('given a file, when its header is read, then tensors and metadata are described and no data is read', async () => {
    const f = file(bytes);
    const { entries, metadata } = await readHeader(f);
    expect(metadata).toEqual({ format: 'pt' });
    expect(entries.get('b')).toMatchObject({ dtype: 'F32', shape: [2, 1] });
    expect(Math.max(...f.asked.map(([, end]) => end))).toBe(bytes.length - 16);
  });

  test('given a header, when one tensor is read, then only its bytes are read', async () => {
    const f = file(bytes);
    const header = await readHeader(f);
    f.asked.length = 0;
    expect([...(await readTensors(f, header, ['b'])).get('b')!.data]).toEqual([3, 4]);
    expect(f.asked).toEqual([[bytes.length - 8, bytes.length]]);
    await expect(readTensors(f, header, ['c'])).rejects.toThrow("The file has no tensor 'c'.");
  });

  test('given a file that is cut off between header and data, when a tensor is read, then the error names it', async () => {
    const f = file(bytes.slice(0, bytes.length - 4), bytes.length);
    await expect(readTensors(f, await readHeader(f), ['b'])).rejects.toThrow(
      /ended while tensor 'b' was read/,
    );
  });

  test('given tensors that share bytes, when read, then the error names both', () => {
    const text = new TextDecoder().decode(bytes).slice(8).split('}}')[0] + '}}';
    const twice = text.replace('[8,16]', '[4,12]');
    const out = bytes.slice();
    out.set(new TextEncoder().encode(twice), 8);
    expect(() => readSafetensors(out)).toThrow(/tensors 'a' and 'b' overlap/);
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
