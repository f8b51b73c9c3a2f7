import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { initialiseBackend } from '../backend/backend.ts';
import { checkpoints, oscillates } from './apgd.ts';
import { AttackModel, paddedSize } from './attack-model.ts';
import { attackSet } from './attack-set.ts';
import { AUTOATTACK, QUICK_ENSEMBLE } from './autoattack.ts';
import { dlrPerExample, marginPerExample, targetedDlrPerExample } from './losses.ts';
import { ATTACKS, attackById } from './registry.ts';
import { coveredShare } from './square.ts';
import { bump, initialL2, proposeL2 } from './square-l2.ts';
import { windowStart } from './square-random.ts';
import { attackInput, images, linearModel, SIZE } from './testing/models.ts';
import { distance } from './threat.ts';
import type { Budget } from './types.ts';
import { RandomStream } from '../random/random.ts';

beforeAll(async () => {
  expect((await initialiseBackend('wasm')).backend).toBe('wasm');
});

const small = (budget: Budget): Budget => ({ ...budget, iterations: Math.min(budget.iterations, 30) });

describe.each(ATTACKS.map((a) => [a.id, a] as const))('%s', (_, attack) => {
  it.each(attack.norms)(
    'given norm %s and any eps, then x′ is in the ball and in [0,1], `fooled` is true, and a second run gives the same',
    async (norm) => {
      const model = linearModel();
      for (const eps of [0.01, norm === 'l2' ? 1.5 : 0.3]) {
        const input = await attackInput(model, 6, norm, eps);
        const before = input.x.slice();
        const { adversarial, fooled } = await attack.run(input, small(attack.budget));
        expect(input.x).toEqual(before);
        for (let o = 0; o < adversarial.length; o += SIZE)
          expect(distance(norm, adversarial, before, o, SIZE)).toBeLessThanOrEqual(eps + 1e-6);
        expect(adversarial.every((v) => v >= 0 && v <= 1)).toBe(true);
        const logits = await model.logits(adversarial);
        fooled.forEach((f, i) => {
          const row = logits.subarray(i * 4, i * 4 + 4);
          expect(row.indexOf(Math.max(...row)) !== input.y[i]).toBe(f === 1);
        });
        const again = await attack.run(await attackInput(model, 6, norm, eps), small(attack.budget));
        expect(again.adversarial).toEqual(adversarial);
      }
    },
  );

  // Random noise is the weak attack that the others are compared with: it does not fool every image.
  it.skipIf(attack.id === 'noise').each([['linf', 0.3] as const, ['l2', 2] as const])(
    'given a vulnerable model and a large %s eps, then every image is fooled',
    async (norm, eps) => {
      const { fooled } = await attack.run(await attackInput(linearModel(), 8, norm, eps), attack.budget);
      expect([...fooled]).toEqual(Array(8).fill(1));
    },
  );

  it('given an eps that fools no image, then it uses 70 to 100 % of the passes it announced, and leaves no tensors', async () => {
    const before = tf.memory().numTensors;
    const budget = small(attack.budget);
    let passes = 0;
    const input = await attackInput(linearModel(), 5, 'linf', 0.001);
    await attack.run({ ...input, pace: async (p) => void (passes += p) }, budget);
    // `passes` is an upper bound: some attacks need no gradient in their last step.
    const announced = 5 * attack.passes(budget, 4);
    expect(passes).toBeGreaterThan(0.7 * announced);
    expect(passes).toBeLessThanOrEqual(announced);
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('APGD', () => {
  it('given 100 iterations, then it checks its step size after the published ones', () => {
    // Croce & Hein 2020: p_0 = 0, p_1 = 0.22, p_{j+1} = p_j + max(p_j - p_{j-1} - 0.03, 0.06).
    expect(checkpoints(100)).toEqual([22, 41, 57, 70, 80, 87, 93, 99]);
    expect(checkpoints(1)).toEqual([1]);
  });
  it('given losses, then it halves its step only if at most three quarters of the steps raised them', () => {
    expect(oscillates([1, 2, 3, 4], 4)).toBe(false);
    expect(oscillates([1, 2, 3, 3], 4)).toBe(true);
    expect(oscillates([-4, -3, -2, -1], 4)).toBe(true); // the first loss is compared with 0
    expect(oscillates([9, 1, 2, 3, 4], 4)).toBe(true);
  });
});

describe('the difference of logits ratio', () => {
  const z = [[3, 1, 2, -1]];
  it('given four logits, then it has the values of its equations', () => {
    tf.tidy(() => {
      const logits = tf.tensor2d(z);
      const of = (y: number) => dlrPerExample(logits, tf.tensor1d([y], 'int32')).dataSync()[0];
      expect(of(0)).toBeCloseTo(-(3 - 2) / (3 - 1), 6);
      expect(of(2)).toBeCloseTo(-(2 - 3) / (3 - 1), 6);
      const targeted = targetedDlrPerExample(logits, tf.tensor1d([0], 'int32'), tf.tensor1d([1], 'int32'));
      expect(targeted.dataSync()[0]).toBeCloseTo(-(3 - 1) / (3 - 0.5 * (1 - 1)), 6);
    });
  });
  it('given four logits, then its gradient matches finite differences, and is orthogonal to the logits', () => {
    const numeric = (f: (l: tf.Tensor2D) => tf.Tensor1D, k: number) => {
      const at = (h: number) => f(tf.tensor2d([z[0].map((v, j) => (j === k ? v + h : v))])).dataSync()[0];
      return (at(1e-2) - at(-1e-2)) / 2e-2;
    };
    tf.tidy(() => {
      const y = tf.tensor1d([0], 'int32');
      const t = tf.tensor1d([2], 'int32');
      for (const f of [
        (l: tf.Tensor2D) => dlrPerExample(l, y),
        (l: tf.Tensor2D) => targetedDlrPerExample(l, y, t),
      ]) {
        const gradient = tf.grad((l: tf.Tensor) => tf.sum(f(l as tf.Tensor2D)));
        const g = [...gradient(tf.tensor2d(z)).dataSync()];
        g.forEach((value, k) => expect(value).toBeCloseTo(numeric(f, k), 3));
        // Invariant to scale: <z, gradient> = 0 (Euler).
        expect(g.reduce((s, v, k) => s + v * z[0][k], 0)).toBeCloseTo(0, 4);
      }
    });
  });
  it('given two classes, then it throws a sentence', () => {
    tf.tidy(() => {
      expect(() => dlrPerExample(tf.tensor2d([[1, 2]]), tf.tensor1d([0], 'int32'))).toThrow(
        /at least 3 classes/,
      );
    });
  });
});

describe('Square', () => {
  it('given a query, then the square covers the published share of the image', () => {
    expect([0, 10, 11, 51, 201, 501, 1001, 2001, 4001].map(coveredShare)).toEqual(
      [1, 1, 2, 4, 8, 16, 32, 64, 128].map((d) => 0.8 / d),
    );
  });
  it('given a window smaller than the image, then it never reaches the last row or column, as in the official code', () => {
    const stream = RandomStream.of(0, 'windows');
    const starts = (side: number) => new Set(Array.from({ length: 300 }, () => windowStart(6, side, stream)));
    expect(starts(6)).toEqual(new Set([0]));
    expect([...starts(2)].sort()).toEqual([0, 1, 2, 3]);
  });
  it('given an L2 change of length eps, when one is proposed, then it has length eps and differs in two squares only', () => {
    const shape = [12, 12, 3] as const;
    const x = RandomStream.of(1, 'x').uniformArray(12 * 12 * 3, 0.4, 0.6);
    const best = initialL2(x, 0.5, shape, RandomStream.of(2, 'start'));
    expect(distance('l2', best, x, 0, x.length)).toBeCloseTo(0.5, 5);
    const before = best.slice();
    proposeL2(best, x, 0.5, shape, 0.05, RandomStream.of(3, 'proposal'));
    expect(distance('l2', best, x, 0, x.length)).toBeCloseTo(0.5, 5);
    // Every channel keeps its length, so that outside the squares nothing changes.
    const length = (of: Float32Array, c: number) =>
      Math.sqrt(of.reduce((sum, v, k) => sum + (k % 3 === c ? (v - x[k]) ** 2 : 0), 0));
    for (const c of [0, 1, 2]) expect(length(best, c)).toBeCloseTo(length(before, c), 4);
    const kept = [...best].filter((v, k) => Math.abs(v - before[k]) < 1e-5).length;
    expect(kept).toBeGreaterThanOrEqual(x.length - 2 * 3 * 3 * 3);
    const factors = [...best].map((v, k) => (v - x[k]) / (before[k] - x[k]));
    const common = factors.filter(
      (f) => Math.abs(f - factors[factors.length - 1]) < 1e-3 * Math.abs(f),
    ).length;
    const side = 3; // sqrt(0.05 * 144) = 2.7, the next odd number that is at least 3
    expect(factors.length - common).toBeGreaterThanOrEqual(side * side);
    expect(factors.length - common).toBeLessThanOrEqual(2 * side * side * 3);
  });
  it('given any side, then a bump has norm 1, and sum 0 if the side is even', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 15 }), fc.nat(), (side, seed) => {
        const m = bump(side, RandomStream.of(seed, 'bump')).flat();
        expect(m).toHaveLength(side * side);
        expect(m.reduce((s, v) => s + v * v, 0)).toBeCloseTo(1, 6);
        if (side % 2 === 0) expect(m.reduce((s, v) => s + v, 0)).toBeCloseTo(0, 6);
      }),
    );
  });
});

describe('attackSet', () => {
  const set = async (model = linearModel(), n = 12) => {
    const { x, y } = await images(model, n);
    y[3] = (y[3] + 1) % 4; // one image that the model gets wrong
    return { model, x, y, threat: { norm: 'linf', eps: 0.02 } as const, seed: 0, batchSize: 5 };
  };

  it('given AutoAttack, then each image is wrong, robust, or fooled by the first attack that can', async () => {
    const quick = AUTOATTACK.map((e) => ({ ...e, budget: small(e.budget) }));
    const result = await attackSet(await set(), quick);
    expect(result.complete).toBe(true);
    expect(result.verdicts[3]).toBe('wrong');
    expect(result.excess).toBeLessThanOrEqual(1e-6);
    result.verdicts.forEach((v, i) => expect(result.fooledBy[i] !== null).toBe(v === 'fooled'));
    const alone = await attackSet(await set(), quick.slice(0, 1));
    alone.verdicts.forEach((v, i) => v === 'fooled' && expect(result.fooledBy[i]).toBe('apgd-ce'));
  });

  it('given two classes, and so no third logit, then every attack runs and the ensemble fools a vulnerable model everywhere', async () => {
    const input = { model: linearModel(2), ...(await images(linearModel(2), 6)), seed: 0 };
    const threat = { norm: 'linf', eps: 0.3 } as const;
    for (const attack of ATTACKS)
      await attackSet({ ...input, threat }, [{ attack, budget: small(attack.budget) }]);
    const { verdicts } = await attackSet({ ...input, threat }, QUICK_ENSEMBLE);
    expect(verdicts).toEqual(Array(6).fill('fooled'));
  });

  it('given saturated logits, then PGD on cross-entropy leaves images robust, and the ensemble leaves none', async () => {
    // Their softmax is exactly 0 or 1, so that the gradient of cross-entropy is exactly 0.
    const masked = linearModel(4, 1e4);
    const input = { ...(await set(masked)), threat: { norm: 'linf', eps: 0.3 } as const };
    const count = (r: Awaited<ReturnType<typeof attackSet>>) =>
      r.verdicts.filter((v) => v === 'robust').length;
    const pgd = attackById('pgd-20');
    const withPgd = count(await attackSet(input, [{ attack: pgd, budget: pgd.budget }]));
    const withAll = count(await attackSet(input, QUICK_ENSEMBLE));
    expect(withPgd).toBeGreaterThan(0);
    expect(withAll).toBe(0);
  });

  it('given a stop half-way, then finished batches have their usual verdicts, the others are untried, and complete is false', async () => {
    class Stop extends Error {}
    const threat = { norm: 'linf', eps: 0.01 } as const;
    const whole = await attackSet({ ...(await set()), threat }, QUICK_ENSEMBLE);
    expect(new Set(whole.verdicts)).toEqual(new Set(['wrong', 'fooled', 'robust']));
    for (const share of [0.02, 0.5, 0.8, 0.95]) {
      const onProgress = (done: number, total: number) => {
        if (done > share * total) throw new Stop();
      };
      const input = { ...(await set()), threat, onProgress };
      const result = await attackSet(input, QUICK_ENSEMBLE, (e) => e instanceof Stop);
      expect(result.complete).toBe(false);
      const judged = result.verdicts.filter((v) => v !== 'untried').length;
      expect(judged % 5).toBe(0);
      if (share > 0.9) expect(judged).toBeGreaterThan(0);
      const untried = Array<string>(12 - judged).fill('untried');
      expect(result.verdicts).toEqual([...whole.verdicts.slice(0, judged), ...untried]);
      // `fooledBy` also has the images of the unfinished batch that were already fooled.
      result.fooledBy.forEach((id, i) => id !== null && expect(id).toBe(whole.fooledBy[i]));
      await expect(attackSet(input, QUICK_ENSEMBLE)).rejects.toThrow(Stop);
    }
  });

  it.each([
    { eps: 1e-4, fooled: 'none' },
    { eps: 0.3, fooled: 'all' },
  ])(
    'given images of which $fooled are fooled, then done never shrinks nor exceeds the total, and ends at it if all passes run',
    async ({ eps, fooled }) => {
      const seen: number[] = [];
      const totals = new Set<number>();
      const onProgress = (done: number, total: number) => {
        seen.push(done);
        totals.add(total);
      };
      const input = { ...(await set()), threat: { norm: 'linf', eps } as const, onProgress };
      const { verdicts } = await attackSet(input, QUICK_ENSEMBLE);
      const judged = new Set(verdicts.filter((v) => v !== 'wrong'));
      expect(judged).toEqual(new Set([fooled === 'all' ? 'fooled' : 'robust']));
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
      const total = Math.min(...totals);
      expect(Math.max(...seen)).toBeLessThanOrEqual(total);
      // If the first attack fools all images, the others run no passes and report no progress.
      if (fooled === 'none') expect(seen.at(-1)).toBe(total);
      else expect(seen.at(-1)).toBeGreaterThan(total / 2);
    },
  );

  it('given a model whose output is not finite, then it throws', async () => {
    const model = linearModel(4, Infinity);
    const input = { ...(await set()), model };
    await expect(attackSet(input, QUICK_ENSEMBLE)).rejects.toThrow(/not a finite number/);
  });
});

describe('a pass through a model', () => {
  it('given a model that throws, then no tensor is leaked', async () => {
    const broken = new AttackModel(
      () => {
        throw new Error('broken');
      },
      4,
      [4, 4, 3],
    );
    const [x, y] = [new Float32Array(SIZE), new Int32Array(1)];
    const before = tf.memory().numTensors;
    await expect(broken.logits(x)).rejects.toThrow('broken');
    await expect(broken.gradient(x, y, y, marginPerExample)).rejects.toThrow('broken');
    expect(tf.memory().numTensors).toBe(before);
  });
  it('given an image alone or among several, then its logits and gradient are the same', async () => {
    const model = linearModel();
    const { x, y } = await images(model, 5);
    const all = await model.gradient(x, y, y, marginPerExample);
    const one = await model.gradient(x.slice(4 * SIZE), y.slice(4), y.slice(4), marginPerExample);
    expect(one.gradient).toEqual(all.gradient.slice(4 * SIZE));
    expect(one.logits).toEqual(all.logits.slice(16));
  });
});

describe('padded batch sizes', () => {
  it('given up to 200 images, then the padded batch is at most half as large again, or one image larger', () => {
    for (let n = 1; n <= 200; n++) {
      expect(paddedSize(n)).toBeGreaterThanOrEqual(n);
      expect(paddedSize(n)).toBeLessThanOrEqual(Math.max(1.5 * n, n + 1));
    }
  });
});
