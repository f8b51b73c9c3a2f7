/**
 * The methods that no official fixture covers, beside independent computations in PyTorch: IKL by the double sum of its
 * paper with autograd, and training in scale/ beside training here.
 */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { initialiseBackend } from '../../src/core/backend/backend.ts';
import { loadDataset } from '../../src/core/data/load.ts';
import { contestant } from '../../src/core/experiments/contestant.ts';
import { PRESETS } from '../../src/core/experiments/presets.ts';
import { softCrossEntropy, weightedSquares } from '../../src/core/methods/ikl/method.ts';
import { Race } from '../../src/core/race/race.ts';
import { RandomStream } from '../../src/core/random/random.ts';
import { parseRaceResult } from '../../src/core/result/results-schema.ts';
import type { Contestant, ExperimentConfig } from '../../src/core/settings/config.ts';
import { LeftOut } from '../../src/core/settings/known.ts';
import { python, WHY_NOT } from './python.ts';

if (WHY_NOT !== null) console.log(WHY_NOT);
const PATIENCE = 900_000;

/** alpha/4 sum_jk w_j w_k (D_jk(a) - D_jk(b))^2 - beta s(a) . log s(b), and its gradients, in float64 by autograd. */
const BY_AUTOGRAD = `
import json, sys, torch
d = {k: torch.tensor(v, dtype=torch.float64) for k, v in json.load(sys.stdin).items()}
a, b = d["a"].requires_grad_(), d["b"].requires_grad_()
differences = lambda z: z[:, :, None] - z[:, None, :]
squares = (d["w"][:, :, None] * d["w"][:, None, :] * (differences(a) - differences(b)) ** 2).sum((1, 2)) / 4
labels = torch.softmax(a, 1).detach()
soft = torch.nn.functional.cross_entropy(b, labels, reduction="none")
(20 * squares + 4 * soft).mean().backward()
print(json.dumps({"squares": squares.tolist(), "soft": soft.tolist(), "a": a.grad.tolist(), "b": b.grad.tolist()}))
`;

const config = (contestants: Contestant[], attackSteps: number, learningRate: number): ExperimentConfig => ({
  ...PRESETS.quick,
  dataset: { ...PRESETS.quick.dataset, source: 'synthetic', trainSize: 32, testSize: 16 },
  network: { ...PRESETS.quick.network, width: 4 },
  attack: { ...PRESETS.quick.attack, steps: attackSteps },
  evaluation: { ...PRESETS.quick.evaluation, steps: 2, n: 16 },
  optimiser: { ...PRESETS.quick.optimiser, learningRate, batchSize: 8, epochs: 2 },
  conflictEvery: 3,
  // Cases at a low rate also test the sums over all images, of which rounding is as small.
  pairImages: learningRate < 0.01 ? 'all' : 'batch',
  contestants,
  seed: 3,
});

describe.skipIf(WHY_NOT !== null)('given the same in PyTorch', () => {
  test('when IKL is computed from logits, then both terms and the gradients with respect to both sides agree', async () => {
    expect((await initialiseBackend('wasm')).backend).toBe('wasm');
    const stream = RandomStream.of(2, 'logits');
    const rows = () => Array.from({ length: 6 }, () => Array.from(stream.uniformArray(10, -4, 4)));
    const [a, b] = [rows(), rows()];
    const w = rows().map((row) => {
      const e = row.map(Math.exp);
      return e.map((x) => x / e.reduce((s, y) => s + y));
    });
    const { stdout, stderr } = await python(['-c', BY_AUTOGRAD], { input: JSON.stringify({ a, b, w }) });
    expect(stderr).toBe('');
    const theirs = JSON.parse(stdout) as Record<'squares' | 'soft', number[]> & Record<'a' | 'b', number[][]>;
    tf.tidy(() => {
      const squares = (x: tf.Tensor, y: tf.Tensor) =>
        weightedSquares(x as tf.Tensor2D, y as tf.Tensor2D, tf.tensor2d(w));
      const soft = (x: tf.Tensor, y: tf.Tensor) => softCrossEntropy(x as tf.Tensor2D, y as tf.Tensor2D);
      const sides = [tf.tensor2d(a), tf.tensor2d(b)];
      squares(sides[0], sides[1])
        .arraySync()
        .forEach((x, n) => expect(x).toBeCloseTo(theirs.squares[n], 4));
      soft(sides[0], sides[1])
        .arraySync()
        .forEach((x, n) => expect(x).toBeCloseTo(theirs.soft[n], 4));
      const [da, db] = tf
        .grads((x, y) => tf.mean(tf.add(tf.mul(squares(x, y), 20), tf.mul(soft(x, y), 4))))(sides)
        .map((g) => (g.arraySync() as number[][]).flat());
      da.forEach((g, i) => expect(g).toBeCloseTo(theirs.a.flat()[i], 4));
      db.forEach((g, i) => expect(g).toBeCloseTo(theirs.b.flat()[i], 4));
    });
  });

  test.each([
    // KL is nearly flat where TRADES' attack starts: rounding alone decides some signs there, so no steps.
    [
      'TRADES+SWA, IKL-AT and DKL',
      0,
      0.1,
      [
        contestant('trades-swa', { averageFrom: 0 }),
        contestant('ikl'),
        contestant('ikl', { twoSided: false, classMeans: false, mseWeight: 1, softWeight: 1 }),
      ],
    ],
    [
      'AT+SWA and CA-AT',
      2,
      0.1,
      [
        contestant('at-swa', { averageFrom: 0, averageEvery: 3 }),
        contestant('ca-at'),
        contestant('ca-at', { conflictThreshold: 0.3 }),
      ],
    ],
    // At a low rate and without an attack, rounding does not grow; the gradients of single terms would show it.
    ['TRADES, MART and LBGAT', 0, 0.001, [contestant('trades'), contestant('mart'), contestant('lbgat')]],
    [
      'ARREST, and ARAT with both, one or no part of BatchNorm split',
      0,
      0.001,
      [
        contestant('arrest'),
        contestant('arat'),
        contestant('arat', { splitParts: 'affine' }),
        contestant('arat', { splitParts: 'statistics' }),
        contestant('arat', { splitBn: false }),
      ],
    ],
  ] as const)(
    'when %s train there and here, then losses, terms, conflict by sums and by pairs, and accuracies are the same',
    async (_, attackSteps, learningRate, contestants) => {
      const { backend, device } = await initialiseBackend('wasm');
      const out = mkdtempSync(join(tmpdir(), 'scale-later-'));
      const experiment = config([...contestants], attackSteps, learningRate);
      writeFileSync(join(out, 'experiment.json'), JSON.stringify(experiment));
      const args = ['-m', 'scale.train', join(out, 'experiment.json'), '--out', out];
      const { status, stderr } = await python(args);
      expect(status, stderr).toBe(0);
      const raw: unknown = JSON.parse(readFileSync(join(out, 'result.json'), 'utf8'));
      const theirs = parseRaceResult(raw, new LeftOut());
      const data = await loadDataset('synthetic', { environment: { cache: null } });
      const options = { runId: 'ours', backend, device, appVersion: '0', emit: () => {} };
      const race = new Race(experiment, data, options);
      const ours = await race.run();
      race.dispose();
      expect(ours.runs).toHaveLength(contestants.length);
      ours.runs.forEach((run, i) => {
        const other = theirs.runs[i];
        expect(other.label).toBe(run.label);
        run.curves.forEach((point, k) => {
          const there = other.curves[k];
          for (const key of ['step', 'clean', 'robust', 'learningRate'] as const)
            expect(there[key] ?? 0).toBeCloseTo(point[key] ?? 0, 9);
          expect(Math.abs((there.loss ?? 0) - (point.loss ?? 0))).toBeLessThan(1e-3);
          expect(Object.keys(there.terms ?? {})).toEqual(Object.keys(point.terms ?? {}));
          for (const [name, value] of Object.entries(point.terms ?? {}))
            expect(Math.abs(there.terms![name] - value), `${run.label} ${name}`).toBeLessThan(1e-3);
        });
        expect(other.gradientConflict.map(({ step }) => step)).toEqual(
          run.gradientConflict.map(({ step }) => step),
        );
        run.gradientConflict.forEach(({ cosine }, k) =>
          expect(other.gradientConflict[k].cosine).toBeCloseTo(cosine, 2),
        );
        const pairs = (of: typeof run) =>
          (of.conflictPairs ?? []).map((point) => [
            point.epoch,
            ...point.pairs.map(({ first, second }) => `${first} ${second}`),
          ]);
        expect(pairs(other)).toEqual(pairs(run));
        if (Object.keys(run.curves[1].terms!).length > 1) expect(run.conflictPairs).toHaveLength(2);
        run.conflictPairs?.forEach((point, k) =>
          point.pairs.forEach(({ first, second, ...ours }, p) => {
            const there = other.conflictPairs![k].pairs[p];
            for (const key of ['cosine', 'ratio', 'chance'] as const)
              expect(there[key], `${run.label} ${first} ${second} ${key}`).toBeCloseTo(ours[key], 2);
          }),
        );
        const sets = (of: typeof run) => of.bn.map(({ layers }) => layers.map((l) => l.affineDistance! > 0));
        expect(sets(other)).toEqual(sets(run));
        expect([other.final?.clean, other.final?.robust]).toEqual([run.final?.clean, run.final?.robust]);
      });
    },
    PATIENCE,
  );
});
