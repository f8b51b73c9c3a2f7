import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { initialiseBackend } from '../../src/core/backend/backend.ts';
import type { BnBranch } from '../../src/core/nn/types.ts';
import { exportedModel } from '../../src/core/training/exported-model.ts';
import { tinyTrainer, trainOn } from '../../src/core/training/testing/tiny-trainer.ts';
import { python, WHY_NOT } from './python.ts';

if (WHY_NOT !== null) console.log(WHY_NOT);

interface Loaded {
  format: string;
  faults: string[];
  counters: number[];
  predictors: string[];
  logits: Record<BnBranch, number[]>;
}

beforeAll(async () => {
  await initialiseBackend('wasm');
});

test.skipIf(WHY_NOT !== null).each(['arat', 'at'] as const)(
  'given a trained model of %s, when PyTorch loads its files strictly, then nothing is missing and the logits are the same',
  async (method) => {
    const trainer = tinyTrainer(method);
    await trainOn(trainer, 3);
    const { network, parts } = await exportedModel(trainer);
    const folder = mkdtempSync(join(tmpdir(), 'arat-export-'));
    const files = [network, ...(parts ? [parts] : [])].map((bytes, i) => {
      const path = join(folder, `${i}.safetensors`);
      writeFileSync(path, bytes);
      return path;
    });
    const { status, stdout, stderr } = await python(['-m', 'scale.testing.strict_load', ...files]);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    const loaded = JSON.parse(stdout) as Loaded;
    expect(loaded).toMatchObject({ format: 'pt', faults: [], counters: [3] });
    expect(loaded.predictors).toHaveLength(method === 'arat' ? 2 : 0);
    for (const branch of ['clean', 'adv'] as const) {
      const ours = tf.tidy(() => {
        const x = tf.transpose(tf.reshape(tf.linspace(0, 1, 3 * 32 * 32), [1, 3, 32, 32]), [0, 2, 3, 1]);
        return [...trainer.evaluated.forward(x as tf.Tensor4D, { branch, mode: 'eval' }).logits.dataSync()];
      });
      ours.forEach((v, i) => expect(Math.abs(v - loaded.logits[branch][i])).toBeLessThan(1e-5));
    }
    trainer.dispose();
  },
);
