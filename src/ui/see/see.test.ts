import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttackInfo } from '../../worker/viewer.ts';
import { topClasses } from './Confidences.tsx';
import { sampleRace } from '../../snapshot/testing/sample-race.ts';
import { className, duration, finalText, in255, percent, roughly } from '../shared/format.ts';
import { modelsUnavailable } from '../workbench/models.ts';
import { pathInWords } from './PathChart.tsx';
import { amplify, fillingFactor, gradientPicture, rgbToRgba, viridis } from './pixels.ts';
import { DEFAULT_SETTINGS, LIMITS, move, toRequest } from './settings.ts';
import { boundaryPath, lossRange, slicePixels, wrongShare } from './slice.ts';
import { PGD_INFO } from './testing/attack-info.ts';
import { requestInWords } from './words.ts';

describe('figures', () => {
  it.each([
    [8 / 255, '8/255'],
    [Math.fround(8 / 255), '8/255'],
    [0, '0/255'],
    [0.03, '7.65/255'],
  ])('given %d, when written as a budget, then it is %s', (x, text) => expect(in255(x)).toBe(text));

  it('given no number, when written as percent, then it is a dash', () => {
    expect([null, undefined, NaN].map((x) => percent(x))).toEqual(['–', '–', '–']);
    expect(percent(0.7525)).toBe('75.3\u00a0%');
  });

  it.each([
    [0.4, '0 s'],
    [75, '1 min 15 s'],
    [3700, '1 h 1 min'],
  ])('given %d seconds, when written, then it is %s', (s, text) => expect(duration(s)).toBe(text));

  it.each([
    [1, '5 s'],
    [43, '45 s'],
    [58, '1 min'],
    [3000, '50 min'],
    [9000, '2.5 h'],
    [90_000, '25 h'],
    [400_000, '5 days'],
  ])('given an estimate of %d seconds, when written, then it is rounded to %s', (s, text) =>
    expect(roughly(s)).toBe(text),
  );

  it('given runs of one seed, of three and without figures, when written, then figure, mean ± deviation and a dash', () => {
    const { runs } = sampleRace({ methods: 1, epochs: 1, repeats: 3 });
    expect(finalText(runs.slice(0, 1), 'clean')).toMatch(/^\d+\.\d\u00a0%$/);
    expect(finalText(runs, 'robust')).toMatch(/^\d+\.\d\u00a0±\u00a0\d+\.\d\u00a0%$/);
    expect(finalText([{ ...runs[0], final: null }], 'clean')).toBe('–');
  });

  it('given names of the chosen classes or of all, when a class is named, then its name is the same', () => {
    expect(className(2, ['airplane', 'automobile', 'frog', 'horse'], [0, 1, 6, 7])).toBe('frog');
    const all = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
    expect(className(2, all, [0, 1, 6, 7])).toBe('frog');
    expect(className(2, [], [0, 1, 6, 7])).toBe('class 2');
  });
});

describe('pixels', () => {
  it('given RGB bytes, when made RGBA, then colours are the same and alpha is 255', () => {
    const rgb = Uint8Array.from({ length: 3072 }, (_, i) => (i * 7) % 256);
    const rgba = rgbToRgba(rgb);
    expect([...rgba.slice(4 * 100, 4 * 100 + 4)]).toEqual([rgb[300], rgb[301], rgb[302], 255]);
  });

  it('given no perturbation, when amplified, then it is grey; beyond the range, then it is clipped', () => {
    expect([...amplify([0, 0.02, -0.02, 1, -1], 10)]).toEqual([128, 179, 77, 255, 0]);
  });

  it('given any eps, when multiplied by its filling factor, then it is at most 0.5', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.5, noNaN: true }), (eps) => {
        const factor = fillingFactor(eps);
        expect(factor).toBeGreaterThanOrEqual(1);
        if (factor > 1) expect(factor * eps).toBeLessThanOrEqual(0.5 + 1e-9);
      }),
    );
  });
});

const FGSM: AttackInfo = { ...PGD_INFO, id: 'fgsm', name: 'FGSM', iterations: 1, adjustable: false };

describe('settings of the viewer', () => {
  it('given any numbers in the fields, when a request is made, then every value is in the range that the engine accepts', () => {
    const any = fc.oneof(fc.double(), fc.integer());
    const norm = fc.constantFrom('linf' as const, 'l2' as const);
    fc.assert(
      fc.property(
        any,
        any,
        any,
        any,
        norm,
        fc.nat({ max: 10_000 }),
        (index, eps255, epsL2, n, norm, images) => {
          const settings = { ...DEFAULT_SETTINGS, index, eps255, epsL2, norm, iterations: n };
          const r = toRequest(settings, PGD_INFO, images);
          expect(Number.isInteger(r.index) && r.index >= 0 && r.index <= Math.max(0, images - 1)).toBe(true);
          expect(r.eps >= 0 && r.eps <= (norm === 'linf' ? LIMITS.eps255 / 255 : LIMITS.epsL2)).toBe(true);
          expect(Number.isInteger(r.iterations) && r.iterations >= 1).toBe(true);
          expect(r.iterations).toBeLessThanOrEqual(LIMITS.iterations);
        },
      ),
    );
  });

  it('given no steps, when a request is made, then it has the attack’s own; given FGSM, then always one', () => {
    expect(toRequest(DEFAULT_SETTINGS, PGD_INFO, 10)).toMatchObject({ iterations: 20, eps: 8 / 255 });
    expect(toRequest({ ...DEFAULT_SETTINGS, iterations: 7 }, PGD_INFO, 10).iterations).toBe(7);
    expect(toRequest({ ...DEFAULT_SETTINGS, iterations: 7 }, FGSM, 10).iterations).toBe(1);
    expect(toRequest({ ...DEFAULT_SETTINGS, norm: 'l2' }, PGD_INFO, 10).eps).toBe(0.5);
  });

  it('given steps that differ from those in its name, when an attack is described, then its real steps are named', () => {
    const r = toRequest({ ...DEFAULT_SETTINGS, iterations: 40 }, PGD_INFO, 10);
    expect(requestInWords(PGD_INFO, r)).toBe('PGD, 40 steps; L∞, ε 8/255');
    const square = { ...PGD_INFO, name: 'Square', whiteBox: false, restarts: 2, targets: 3 };
    const words = requestInWords(square, { ...r, norm: 'l2', eps: 0.5 });
    expect(words).toBe('Square, 40 queries, 2 tries, up to 3 target classes; L2, ε 0.500');
    expect(requestInWords(FGSM, r)).toBe('FGSM; L∞, ε 8/255');
  });

  it('given the first or last image, when moving beyond it, then the index wraps around', () => {
    expect([move(0, -1, 10), move(9, 1, 10), move(3, 1, 10), move(0, 1, 0)]).toEqual([9, 0, 4, 0]);
  });
});

describe('the input gradient as a picture', () => {
  it('given a gradient, when drawn, then 0 is grey, ±3 standard deviations are black and white, and its scale does not matter', () => {
    const g = [0, 3, -3, ...Array.from({ length: 15 }, () => 0)];
    expect([...gradientPicture(g)].slice(0, 3)).toEqual([128, 255, 0]);
    expect(gradientPicture(g.map((v) => v * 1e-6))).toEqual(gradientPicture(g));
  });
  it('given a gradient of exactly 0, when drawn, then everything is grey', () => {
    expect(new Set(gradientPicture([0, 0, 0]))).toEqual(new Set([128]));
  });
});

describe('the path of an attack in words', () => {
  it('given losses, when described, then first, last and first wrong point are named', () => {
    expect(pathInWords({ crossEntropy: [0.5, 1, 2], margin: [-1, 0.25, 2] })).toBe(
      'Cross-entropy from 0.50 to 2.00, margin from -1.00 to 2.00; wrong first at point 1',
    );
    expect(pathInWords({ crossEntropy: [0.5], margin: [-1] })).toMatch(/never wrong$/);
  });
});

describe('a slice of the loss as a picture', () => {
  // Losses 0..8 from the bottom left; wrong predictions in the top row; the corners are outside the ball.
  const slice = {
    side: 3,
    loss: Float32Array.from({ length: 9 }, (_, i) => i),
    wrong: Uint8Array.from([0, 0, 0, 0, 0, 0, 1, 1, 1]),
    inside: Uint8Array.from([0, 1, 0, 1, 1, 1, 0, 1, 0]),
  };
  it('given rows from the bottom up, when drawn, then the first is at the bottom, and points outside the ball are faded', () => {
    const pixels = slicePixels(slice, 0, 8);
    const at = (row: number, column: number) => [...pixels.slice(4 * (3 * row + column)).slice(0, 3)];
    expect(at(1, 1)).toEqual(viridis(0.5));
    expect(at(0, 1)).toEqual(viridis(7 / 8));
    expect(at(2, 0)).toEqual(viridis(0).map((c) => Math.round(128 + 0.35 * (c - 128))));
    expect([viridis(0), viridis(1), viridis(9)]).toEqual([
      [68, 1, 84],
      [253, 231, 37],
      [253, 231, 37],
    ]);
  });
  it('given predictions that change between two rows, when the boundary is drawn, then it runs between these', () => {
    expect(boundaryPath(slice)).toBe('M0 1h1M1 1h1M2 1h1');
    expect(boundaryPath({ ...slice, wrong: new Uint8Array(9) })).toBe('');
  });
  it('given slices of several models, when measured, then the range spans all, and the wrong share counts points in the ball only', () => {
    expect(lossRange([slice, { ...slice, loss: Float32Array.of(-1, 12) }])).toEqual([-1, 12]);
    expect(wrongShare(slice)).toBeCloseTo(1 / 5, 6);
  });
});

describe('confidences', () => {
  it('given an unlikely true class, when the top is shown, then the true class is among the three', () => {
    expect(topClasses([0.4, 0.3, 0.2, 0.06, 0.04], 4)).toEqual([0, 1, 4]);
    expect(topClasses([0.4, 0.3, 0.2, 0.06, 0.04], 1)).toEqual([0, 1, 2]);
    expect(topClasses([0.4, 0.6], 0)).toEqual([1, 0]);
  });
});

describe('whether trained models are available', () => {
  const states = ['preparing', 'running', 'paused', 'evaluating', 'complete', 'stopped', 'failed'] as const;

  it('given a recorded, saved or shared run in any state, when models are needed, then the sentence says what to do', () => {
    for (const shown of ['nothing', 'recorded', 'snapshot', 'saved'] as const)
      for (const state of [null, ...states]) expect(modelsUnavailable(shown, state)).toMatch(/train/i);
  });

  it('given a trained race and another run shown, when models are needed, then the sentence says to go back to the race', () => {
    for (const shown of ['recorded', 'snapshot', 'saved'] as const)
      for (const state of states)
        expect(modelsUnavailable(shown, state, { ownRace: true })).toMatch(/go back to it/);
  });

  it('given a live race, when models are needed, then they are available from the start of training unless it failed', () => {
    expect(states.filter((s) => modelsUnavailable('live', s) === null)).toEqual([
      'running',
      'paused',
      'evaluating',
      'complete',
      'stopped',
    ]);
  });

  it('given work that would compete with training, when models are needed, then they are available in a pause or at the end only', () => {
    expect(states.filter((s) => modelsUnavailable('live', s, { exclusive: true }) === null)).toEqual([
      'paused',
      'complete',
      'stopped',
    ]);
  });
});
