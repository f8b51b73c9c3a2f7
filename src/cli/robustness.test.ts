import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { attackById } from '../core/attacks/registry.ts';
import { initialiseBackend } from '../core/backend/backend.ts';
import { CHECKS } from '../core/judge/checks.ts';
import { ResNet } from '../core/nn/resnet.ts';
import { writeSafetensors } from '../core/nn/safetensors.ts';
import { toHost } from '../core/nn/weights.ts';
import { RandomStream } from '../core/random/random.ts';
import { UsageError } from './args.ts';
import { parseRequest, robustness } from './robustness.ts';

describe('the options', () => {
  it('given only a folder, when read, then the four attacks of AutoAttack and AutoAttack are asked for, at the folder’s norm and eps', () => {
    expect(parseRequest(['here'])).toEqual({
      folder: 'here',
      names: ['apgd-ce', 'apgd-t', 'fab-t', 'square', 'autoattack'],
      backend: 'wasm',
      norm: null,
      eps: null,
      seed: 0,
      json: null,
    });
  });

  it('given a radius as a fraction, when read, then it has its value', () => {
    expect(parseRequest(['here', '--eps', '8/255', '--norm', 'l2'])).toMatchObject({
      eps: 8 / 255,
      norm: 'l2',
    });
  });

  it.each([
    [[], /Usage: npm run robustness/],
    [['a', 'b'], /Usage/],
    [['a', '--attacks', 'apgd-ce,hope'], /Unknown attack "hope": expected one of .*apgd-ce/],
    [['a', '--backend', 'cuda'], /--backend must be one of wasm/],
    [['a', '--norm', 'l1'], /--norm must be one of linf, l2/],
    [['a', '--eps', '8/'], /--eps must be/],
    [['a', '--eps', '-1'], /--eps/],
    [['a', '--eps', '1/2/3'], /--eps/],
    [['a', '--eps', '8', '--norm', 'linf'], /--eps must be at most 1, not 8, .*: did you mean 8\/255\?/],
    [['a', '--eps', '8'], /did you mean 8\/255\?/],
    [['a', '--eps', '8', '--norm', 'l2'], /--eps must be at most 5, not 8, .*: did you mean 8\/255\?/],
    [['a', '--eps', '300/255', '--norm', 'linf'], /at most 1, not 1\.1765/],
    [['a', '--eps', '1000', '--norm', 'linf'], /at most 1, not 1000, since pixels lie in \[0,1\]\.$/],
    [['a', '--eps', '8/0'], /--eps must be a number above 0/],
    [['a', '--eps', '/255'], /--eps must be a number above 0/],
    [['a', '--seed', '1.5'], /--seed must be a whole number/],
  ])('given the bad options %j, when read, then it throws a usage error', (args, message) => {
    expect(() => parseRequest(args)).toThrow(UsageError);
    expect(() => parseRequest(args)).toThrow(message);
  });
});

describe('a folder with the files of robust-a, for another architecture', () => {
  const N = 6;
  const SPEC = { width: 2, blocks: [1, 1], stemStride: 2, inputScale: 4, classes: 3, splitBn: true } as const;
  let folder: string;
  let answers: number[];
  const run = async (...args: string[]) => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {});
    try {
      const status = await robustness([folder, ...args]);
      return { status, stdout: log.mock.calls.map(([line]) => String(line)).join('\n') };
    } finally {
      log.mockRestore();
    }
  };
  const writeIndex = (counts: Record<string, number>) => {
    const architecture = { width: 2, blocks: [1, 1], stem_stride: 2, bn: 'split', input_scale: 4 };
    const counts_correct = { n: N, eps: 8 / 255, ...counts };
    writeFileSync(join(folder, 'index.json'), JSON.stringify({ architecture, counts_correct }));
  };

  beforeAll(async () => {
    expect((await initialiseBackend('wasm')).backend).toBe('wasm');
    folder = mkdtempSync(join(tmpdir(), 'robust-'));
    const network = new ResNet(SPEC, 5);
    const pixels = RandomStream.of(1, 'images')
      .uniformArray(N * 3072, 0, 256)
      .map(Math.floor);
    const x = tf.tidy(() =>
      tf.transpose(tf.div(tf.tensor4d(pixels, [N, 3, 32, 32]), 255), [0, 2, 3, 1]),
    ) as tf.Tensor4D;
    const logits = tf.tidy(() => network.forward(x, { branch: 'adv', mode: 'eval' }).logits);
    const values = (await logits.data()) as Float32Array;
    answers = Array.from({ length: N }, (_, i) => {
      const row = [...values.subarray(i * 3, i * 3 + 3)];
      return row.indexOf(Math.max(...row));
    });
    // The last image has a wrong label.
    answers[N - 1] = (answers[N - 1] + 1) % 3;
    const tensors = new Map<string, { shape: number[]; data: Float32Array }>([
      ['images', { shape: [N, 3, 32, 32], data: pixels }],
      ['labels', { shape: [N], data: Float32Array.from(answers) }],
      ['logits', { shape: [N, 3], data: values.slice() }],
      ['robust.noise', { shape: [N], data: Float32Array.from(answers, (_, i) => (i < N - 1 ? 1 : 0)) }],
    ]);
    for (const [name, v] of [...network.trainable, ...network.buffers])
      tensors.set(`state.${name}`, await toHost(v));
    writeFileSync(join(folder, 'model.safetensors'), writeSafetensors(tensors));
    tf.dispose([x, logits]);
    network.dispose();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('given official counts equal to ours, when run, then it exits with 0 and prints both', async () => {
    writeIndex({ clean_correct: N - 1 });
    const clean = await run('--attacks', 'noise', '--eps', '1e-6');
    expect(clean.stdout).toContain(`clean: ${N - 1} of ${N} right (official ${N - 1})`);
    // The eps is not the folder's, so there is nothing to compare with.
    expect(clean.stdout).toMatch(/noise +5 +- +- /);
    expect(clean.status).toBe(0);
  });

  it('given a single-step attack that fools more images than PGD-20, when run, then the check that fires is printed and in the JSON', async () => {
    writeIndex({});
    const json = join(folder, 'checked.json');
    const sound = await run('--attacks', 'noise,pgd-20', '--json', json);
    expect(sound.stdout).toContain('no check of these figures fired');
    // Replace PGD-20 by an attack that does nothing, so that a single step fools more.
    const spy = vi.spyOn(attackById('pgd-20'), 'run').mockImplementation(async ({ x, y }) => ({
      adversarial: x.slice(),
      fooled: new Uint8Array(y.length),
    }));
    const off = await run('--attacks', 'fgsm,pgd-20', '--eps', '200/255', '--json', json);
    spy.mockRestore();
    const { title, why } = CHECKS.find((c) => c.id === 'iterative')!;
    expect(off.stdout).toContain(`check "${title}": PGD-20 leaves 5 images robust`);
    expect(off.stdout).toContain(why);
    const { checks } = JSON.parse(readFileSync(json, 'utf8')) as {
      checks: { id: string; message: string | null }[];
    };
    expect(checks.filter((c) => c.message !== null).map((c) => c.id)).toEqual(['iterative']);
    expect(checks.map((c) => c.id)).toEqual(CHECKS.map((c) => c.id));
  });

  it('given official counts that differ from ours, when run, then it exits with 1 and names the attack', async () => {
    writeIndex({ clean_correct: N - 1, noise: 0 });
    const off = await run('--attacks', 'noise', '--norm', 'linf');
    expect(off.stdout).toMatch(/noise +\d +0 +\d\/6 /);
    expect(off.stdout).toMatch(/images off: noise/);
    expect(off.status).toBe(1);
  });

  it('given another official clean count, when run, then it exits with 1 and says that the clean answers differ', async () => {
    writeIndex({ clean_correct: 1 });
    const other = await run('--attacks', 'noise');
    expect(other.stdout).toContain('already give other answers');
    expect(other.status).toBe(1);
  });

  it('given eps 2 and a folder of L-inf, or a folder with eps 8, when run, then a usage error asks whether 255ths were meant', async () => {
    writeIndex({});
    await expect(run('--eps', '2')).rejects.toThrow(/--eps must be at most 1, not 2, .*2\/255/);
    await expect(run('--eps', '2')).rejects.toThrow(UsageError);
    writeIndex({ eps: 8 });
    await expect(run('--attacks', 'noise')).rejects.toThrow(/index\.json: eps must be at most 1, .*8\/255/);
  });

  it('given --json that is a folder, when run, then a usage error says so', async () => {
    writeIndex({});
    await expect(run('--json', folder)).rejects.toThrow(/--json: .* is a folder/);
  });

  it('given --json and an error after the second attack, when run, then the file has the row of the first', async () => {
    writeIndex({});
    const json = join(folder, 'rows.json');
    const judged = vi.spyOn(console, 'log').mockImplementation((line) => {
      if (String(line).startsWith('fgsm')) throw new Error('no more output');
    });
    await expect(robustness([folder, '--attacks', 'noise,fgsm', '--json', json])).rejects.toThrow('no more');
    judged.mockRestore();
    const { rows } = JSON.parse(readFileSync(json, 'utf8')) as { rows: { attack: string }[] };
    expect(rows.map((row) => row.attack)).toEqual(['noise']);
  });

  it('given a folder without its files, when run, then it throws a usage error', async () => {
    const nowhere = robustness([join(folder, 'nowhere')]);
    await expect(nowhere).rejects.toThrow(UsageError);
    await expect(nowhere).rejects.toThrow(/has no index\.json: expected a folder with the files of robust-a/);
  });

  it('given a run, then it leaves no tensors', async () => {
    writeIndex({});
    const before = tf.memory().numTensors;
    await run('--attacks', 'fgsm');
    expect(tf.memory().numTensors).toBe(before);
  });
});
