import { beforeAll, describe, expect, it } from 'vitest';
import { ATTACKS } from '../core/attacks/registry.ts';
import { initialiseBackend } from '../core/backend/backend.ts';
import { loadDataset } from '../core/data/load.ts';
import { contestant } from '../core/experiments/contestant.ts';
import { Race } from '../core/race/race.ts';
import { tinyConfig } from '../core/training/testing/tiny-config.ts';
import { attackInfos, exampleOf, sliceOf } from './examples.ts';
import { subjectOf } from './subjects.ts';
import type { ExampleRequest } from './viewer.ts';

const REQUEST: ExampleRequest = {
  index: 0,
  attack: 'pgd-20',
  norm: 'linf',
  eps: 8 / 255,
  iterations: 5,
  seed: 0,
};
let race: Race;

beforeAll(async () => {
  await initialiseBackend('wasm');
  const base = tinyConfig([contestant('at')]);
  const config = { ...base, dataset: { ...base.dataset, classes: [0, 1, 2, 3] } };
  const data = await loadDataset('synthetic', { files: null, onProgress: () => {}, baseUrl: '' });
  const about = { runId: 'r', backend: 'wasm', device: 'test', appVersion: '1', emit: () => {} } as const;
  race = new Race(config, data, about);
  await race.run();
});

const view = async (change: Partial<ExampleRequest>) =>
  exampleOf(subjectOf((await race.models())[0]), race.data.test, { ...REQUEST, ...change });

describe('examples of a trained model', () => {
  it.each(ATTACKS.flatMap((a) => a.norms.map((norm) => [a.id, norm] as const)))(
    'given %s in %s, then x′ is in the ball, and the answers are probabilities',
    async (attack, norm) => {
      const eps = norm === 'l2' ? 0.5 : 8 / 255;
      const v = await view({ attack, norm, eps });
      expect(v.size).toBeLessThanOrEqual(eps + 1e-5);
      expect(v.image).toHaveLength(3072);
      expect(v.gradient).toHaveLength(3072);
      for (const { probabilities, predicted } of [v.clean, v.attacked]) {
        expect(probabilities.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
        expect(probabilities[predicted]).toBe(Math.max(...probabilities));
      }
    },
  );

  it('given the same request twice, then the same example; another seed, another one', async () => {
    const a = await view({});
    expect((await view({})).perturbation).toEqual(a.perturbation);
    expect((await view({ seed: 1 })).perturbation).not.toEqual(a.perturbation);
  });

  it('given steps, then an attack takes as many, and FGSM takes one', async () => {
    expect((await view({ iterations: 7 })).path.margin).toHaveLength(8);
    expect((await view({ attack: 'fgsm', iterations: 7 })).path.margin).toHaveLength(2);
  });

  it('given an image or an attack that there is not, then the message says what there is', async () => {
    await expect(view({ index: 8 })).rejects.toThrow(/no test image 8: there are images 0 to 7/);
    await expect(view({ attack: 'magic' })).rejects.toThrow(/no attack "magic": expected one of noise, fgsm/);
  });

  it('given an example, then the slice around it is cut along its perturbation', async () => {
    const { perturbation, clean, trueClass } = await view({});
    const { norm, eps, seed, index } = REQUEST;
    const slice = await sliceOf(subjectOf((await race.models())[0]), race.data.test, {
      label: 'AT',
      index,
      perturbation,
      norm,
      eps,
      seed,
    });
    const middle = (slice.side * slice.side - 1) / 2;
    expect(slice.loss[middle]).toBeCloseTo(-Math.log(clean.probabilities[trueClass]), 4);
    expect(slice.loss[middle + (slice.side - 1) / 2]).toBeGreaterThan(slice.loss[middle]);
  });
});

describe('the attacks on offer', () => {
  it('given the registry, then each is there with a budget that one image allows', () => {
    const infos = attackInfos();
    expect(infos.map((i) => i.id)).toEqual(ATTACKS.map((a) => a.id));
    for (const i of infos) expect(i.iterations <= 500 && i.targets <= 3 && i.iterations >= 1).toBe(true);
    expect(infos.find((i) => i.id === 'square')).toMatchObject({ iterations: 500, whiteBox: false });
    expect(infos.find((i) => i.id === 'fgsm')).toMatchObject({ iterations: 1, adjustable: false });
  });
});
