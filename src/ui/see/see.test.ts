import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { topClasses } from './Confidences.tsx';
import { className, duration, in255, percent } from './format.ts';
import { modelsUnavailable } from './models.ts';
import { amplify, fillingFactor, rgbToRgba } from './pixels.ts';
import { DEFAULT_SETTINGS, LIMITS, move, toRequest } from './settings.ts';

describe('figures', () => {
  it.each([
    [8 / 255, '8/255'],
    [Math.fround(8 / 255), '8/255'],
    [0, '0/255'],
    [0.03, '7.65/255'],
  ])('given %d, when written as a budget, then it is %s', (x, text) => expect(in255(x)).toBe(text));

  it('given what is not known, when written as percent, then it is a dash', () => {
    expect([null, undefined, NaN].map((x) => percent(x))).toEqual(['–', '–', '–']);
    expect(percent(0.7525)).toBe('75.3\u00a0%');
  });

  it.each([
    [0.4, '0 s'],
    [75, '1 min 15 s'],
    [3700, '1 h 1 min'],
  ])('given %d seconds, when written, then it is %s', (s, text) => expect(duration(s)).toBe(text));

  it('given the used classes or all of them, when a class is named, then it is the same one', () => {
    expect(className(2, ['airplane', 'automobile', 'frog', 'horse'], [0, 1, 6, 7])).toBe('frog');
    const all = ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'];
    expect(className(2, all, [0, 1, 6, 7])).toBe('frog');
    expect(className(2, [], [0, 1, 6, 7])).toBe('class 2');
  });
});

describe('pixels', () => {
  it('given RGB bytes, when made RGBA, then colours stay and nothing is transparent', () => {
    const rgb = Uint8Array.from({ length: 3072 }, (_, i) => (i * 7) % 256);
    const rgba = rgbToRgba(rgb);
    expect([...rgba.slice(4 * 100, 4 * 100 + 4)]).toEqual([rgb[300], rgb[301], rgb[302], 255]);
  });

  it('given no perturbation, when amplified, then it is grey; beyond the range, then it is clipped', () => {
    expect([...amplify([0, 0.02, -0.02, 1, -1], 10)]).toEqual([128, 179, 77, 255, 0]);
  });

  it('given any budget, when the filling factor is applied, then eps stays within the range', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 0.5, noNaN: true }), (eps) => {
        const factor = fillingFactor(eps);
        expect(factor).toBeGreaterThanOrEqual(1);
        if (factor > 1) expect(factor * eps).toBeLessThanOrEqual(0.5 + 1e-9);
      }),
    );
  });
});

describe('settings of the viewer', () => {
  it('given any numbers in the fields, when a request is made, then it is within what the engine accepts', () => {
    const any = fc.oneof(fc.double(), fc.integer());
    fc.assert(
      fc.property(any, any, any, any, fc.nat({ max: 10_000 }), (index, eps255, step255, steps, images) => {
        const r = toRequest({ ...DEFAULT_SETTINGS, index, eps255, step255, steps }, images);
        expect(Number.isInteger(r.index) && r.index >= 0 && r.index <= Math.max(0, images - 1)).toBe(true);
        expect(r.eps >= 0 && r.eps <= LIMITS.eps255 / 255).toBe(true);
        expect(r.stepSize >= 0 && r.stepSize <= LIMITS.step255 / 255).toBe(true);
        expect(Number.isInteger(r.steps) && r.steps >= 1 && r.steps <= LIMITS.steps).toBe(true);
      }),
    );
  });

  it('given FGSM, when a request is made, then it is one step of size eps', () => {
    const r = toRequest({ ...DEFAULT_SETTINGS, attack: 'fgsm', eps255: 4 }, 10);
    expect([r.steps, r.stepSize]).toEqual([1, 4 / 255]);
  });

  it('given the ends of the list, when moving on, then it wraps around', () => {
    expect([move(0, -1, 10), move(9, 1, 10), move(3, 1, 10), move(0, 1, 0)]).toEqual([9, 0, 4, 0]);
  });
});

describe('confidences', () => {
  it('given an unlikely true class, when the top is shown, then the true class is among the three', () => {
    expect(topClasses([0.4, 0.3, 0.2, 0.06, 0.04], 4)).toEqual([0, 1, 4]);
    expect(topClasses([0.4, 0.3, 0.2, 0.06, 0.04], 1)).toEqual([0, 1, 2]);
    expect(topClasses([0.4, 0.6], 0)).toEqual([1, 0]);
  });
});

describe('models at hand', () => {
  const states = ['preparing', 'running', 'paused', 'evaluating', 'complete', 'stopped', 'failed'] as const;

  it('given a recorded, saved or shared run, when models are asked for, then the sentence says what to do, whatever the state', () => {
    for (const shown of ['nothing', 'recorded', 'snapshot', 'saved'] as const)
      for (const state of [null, ...states]) expect(modelsUnavailable(shown, state)).toMatch(/train/i);
  });

  it('given a live race, when models are asked for, then they are there once training has begun and unless it failed', () => {
    expect(states.filter((s) => modelsUnavailable('live', s) === null)).toEqual([
      'running',
      'paused',
      'evaluating',
      'complete',
      'stopped',
    ]);
  });

  it('given work that would compete with training, when asked for, then it waits for a pause or the end', () => {
    expect(states.filter((s) => modelsUnavailable('live', s, true) === null)).toEqual([
      'paused',
      'complete',
      'stopped',
    ]);
  });
});
