import { describe, expect, it } from 'vitest';
import { PRESETS } from '../experiments/presets.ts';
import { CATALOGUE, METHOD_IDS, type MethodId } from '../methods/catalogue.ts';
import { learningRateAt } from './schedule.ts';

const { optimiser } = PRESETS.official;

/** [first epoch, last epoch, rate], epochs from 1, of a run of 100 epochs unless more are listed. */
type Rates = readonly (readonly [first: number, last: number, rate: number])[];

/** What the official scripts set before each epoch, with their own largest rate. */
const ARAT: Rates = [
  [1, 1, 0.02],
  [2, 76, 0.1],
  [77, 91, 0.01],
  [92, 100, 0.001],
];
const TRADES: Rates = [
  [1, 74, 0.1],
  [75, 89, 0.01],
  [90, 99, 0.001],
  [100, 100, 0.0001],
];
const MART: Rates = TRADES.map(([first, last, rate]) => [first, last === 100 ? 120 : last, rate / 10]);
const LBGAT: Rates = [
  [1, 1, 0.02],
  [2, 75, 0.1],
  [76, 90, 0.01],
  [91, 100, 0.001],
];

const perEpoch = 7;
/** The rate of every step, epoch by epoch. */
const ratesOf = (method: MethodId, learningRate: number, epochs: number): number[][] =>
  Array.from({ length: epochs }, (_, epoch) =>
    Array.from({ length: perEpoch }, (_s, i) =>
      learningRateAt(
        { ...optimiser, learningRate, epochs },
        epoch * perEpoch + i,
        epochs * perEpoch,
        CATALOGUE[method].officialRate,
      ),
    ),
  );

describe('the schedule of the official codes', () => {
  it.each([
    ['arat', 0.1, ARAT],
    ['arat-swa', 0.1, ARAT],
    ['at', 0.1, ARAT],
    ['trades', 0.1, TRADES],
    ['trades-swa', 0.1, TRADES],
    ['mart', 0.01, MART],
    ['lbgat', 0.1, LBGAT],
  ] as const)(
    'given %s, then every step of every epoch has the rate of its script',
    (method, rate, rates) => {
      const epochs = rates.at(-1)![1];
      const got = ratesOf(method, rate, epochs);
      const expected = rates.flatMap(([first, last, r]) => Array.from({ length: last - first + 1 }, () => r));
      expect(expected).toHaveLength(epochs);
      got.forEach((steps, epoch) =>
        steps.forEach((r) => expect(Math.abs(r / expected[epoch] - 1)).toBeLessThan(1e-12)),
      );
    },
  );

  it('given another largest rate, then ARAT’s and LBGAT’s first epoch has 0.02 all the same, and TRADES’ has that rate', () => {
    const first = (method: MethodId) => ratesOf(method, 0.3, 2).map(([rate]) => rate);
    expect(first('arat')).toEqual([0.02, 0.3]);
    expect(first('lbgat')).toEqual([0.02, 0.3]);
    expect(first('trades')).toEqual([0.3, 0.3]);
  });

  it('given fewer epochs than the scripts have, then the rate falls at the same epochs, or not at all', () => {
    expect(
      ratesOf('arat', 0.1, 10)
        .slice(1)
        .flat()
        .every((rate) => rate === 0.1),
    ).toBe(true);
    expect(ratesOf('trades', 0.1, 80)[74][0]).toBeCloseTo(0.01, 12);
  });

  it('given the milestones of the paper, then the rate falls after epochs 75 and 90, an epoch before ARAT’s code', () => {
    const paper = { ...optimiser, schedule: 'step' as const };
    const rate = (method: MethodId, epoch: number) =>
      learningRateAt(paper, (epoch - 1) * perEpoch, 100 * perEpoch, CATALOGUE[method].officialRate);
    for (const method of METHOD_IDS)
      expect([75, 76, 90, 91].map((epoch) => rate(method, epoch).toPrecision(6))).toEqual(
        [0.1, 0.01, 0.01, 0.001].map((r) => r.toPrecision(6)),
      );
  });
});
