import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contestant } from '../experiments/contestant.ts';
import { PRESETS } from '../experiments/presets.ts';
import { parseRaceResult, RESULT_LIMITS } from '../result/results-schema.ts';
import type { BnLayer, ConflictPoint, RaceResult } from '../result/results.ts';
import type { LaneEvent, RaceEvent } from './events.ts';
import { apply, ended, start } from './race-log.ts';

const CONFIG = { ...PRESETS.quick, contestants: [contestant('at'), contestant('arat')], repeats: 2, seed: 7 };
const HEAD = {
  config: CONFIG,
  backend: 'wasm',
  device: 'test',
  dataset: { provenance: 'test', classNames: ['a', 'b'] },
  appVersion: '1',
} as const;
const RUN = { runId: 'r', label: 'ARAT', seed: 7 };

/** What arithmetic can leave behind. */
const any = fc.oneof(
  fc.double(),
  fc.constantFrom(NaN, Infinity, -Infinity, 0, 1, -1.00002, 1.5, 1e300, -1e300),
);
const whole = fc.nat(2000);
const values = fc.dictionary(
  fc.oneof(fc.constantFrom('ce', 'conv1.weight', '__proto__', '<b>'), fc.string()),
  any,
  {
    maxKeys: 20,
  },
);
const statistics = fc.record({
  mean: fc.array(any, { maxLength: 16 }),
  std: fc.array(any, { maxLength: 16 }),
});
const timing = { seconds: any, imagesPerSecond: any };
const laneEvent: fc.Arbitrary<LaneEvent> = fc.oneof(
  fc.record({
    type: fc.constant('epoch' as const),
    point: fc.record(
      {
        epoch: whole,
        step: whole,
        clean: any,
        robust: any,
        trainRobust: any,
        featureDistance: any,
        loss: any,
        terms: values,
        balance: any,
        learningRate: any,
      },
      { requiredKeys: ['epoch', 'step', 'clean', 'robust'] },
    ),
  }),
  fc.record({
    type: fc.constant('conflict' as const),
    point: fc.record({ step: whole, cosine: any, ratio: any, chance: any, perLayer: values }),
  }),
  fc.record({
    type: fc.constant('bn' as const),
    point: fc.record({
      epoch: whole,
      layers: fc.array(
        fc.record(
          {
            name: fc.constantFrom('bn1', 'layer1.0.bn2', '<i>'),
            throughClean: any,
            throughAdv: any,
            affineDistance: any,
            batchDistance: any,
            runningDistance: any,
            clean: statistics,
            adv: statistics,
          },
          { requiredKeys: ['name', 'runningDistance', 'clean', 'adv'] },
        ),
        { maxLength: 4 },
      ),
    }),
  }),
  fc.record({
    type: fc.constant('pairs' as const),
    point: fc.record({
      epoch: whole,
      pairs: fc.array(
        fc.record({
          first: fc.constantFrom('ceAdv', '<i>'),
          second: fc.constant('kl'),
          cosine: any,
          ratio: any,
          chance: any,
        }),
        { maxLength: 4 },
      ),
    }),
  }),
  fc.record({ type: fc.constant('timing' as const), ...timing }),
  fc.record({
    type: fc.constant('final' as const),
    final: fc.record({ clean: any, robust: any, n: whole, attack: fc.string({ maxLength: 300 }) }),
    ...timing,
  }),
  fc.record({ type: fc.constant('failure' as const), message: fc.string({ maxLength: 2000 }) }),
);
const event: fc.Arbitrary<RaceEvent> = fc
  .tuple(laneEvent, fc.constantFrom('AT', 'ARAT', 'nobody'), fc.constantFrom(7, 8, 99, undefined))
  .map(([e, label, seed]) => ({ ...e, label, seed, runId: 'r' }));

const conflict = (step: number): ConflictPoint => ({
  step,
  cosine: 0.5,
  ratio: 0.25,
  perLayer: { conv1: 0.5 },
});
const layer = (batchDistance: number, std = 1): BnLayer => {
  const channel = { mean: [0], std: [std] };
  return { name: 'bn1', batchDistance, runningDistance: 0, clean: channel, adv: channel };
};

describe('the fold of events', () => {
  it('given any events with any numbers, then the result passes its own schema, also after JSON, and loses no run', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), (events) => {
        const result = ended(events.reduce(apply, start(HEAD)), 'complete');
        expect(result.runs.length === 2 || result.runs.length === 4).toBe(true);
        expect(parseRaceResult(result).runs).toHaveLength(result.runs.length);
        const json: unknown = JSON.parse(JSON.stringify(result));
        expect(parseRaceResult(json).runs.map((r) => r.curves.length)).toEqual(
          result.runs.map((r) => r.curves.length),
        );
      }),
      { numRuns: Number(process.env.ARAT_FUZZ ?? 300) },
    );
  });

  it('given more conflict points than a result holds, then they are thinned evenly, first and latest stay, and a restored log continues alike', () => {
    const most = RESULT_LIMITS.conflictPoints;
    // As many points before: appended one by one, that many would take seconds.
    const first = start(HEAD);
    const points = Array.from({ length: most }, (_, i) => conflict(i));
    const full: RaceResult = {
      ...first,
      runs: first.runs.map((run) => (run.label === 'ARAT' ? { ...run, gradientConflict: points } : run)),
    };
    let log = full;
    let copy = full;
    for (let step = most; step < most + 101; step++) {
      log = apply(log, { type: 'conflict', ...RUN, point: conflict(step) });
      // Now and then through a checkpoint.
      copy = apply(step % 30 === 0 ? structuredClone(copy) : copy, {
        type: 'conflict',
        ...RUN,
        point: conflict(step),
      });
    }
    const steps = log.runs[1].gradientConflict.map((p) => p.step);
    expect(steps).toHaveLength(most / 2 + 51);
    expect([steps[0], steps[1], steps.at(-1)]).toEqual([0, 2, most + 100]);
    expect(steps.every((s, i) => i === 0 || s - steps[i - 1] === 2)).toBe(true);
    expect(copy).toEqual(log);
    // Conflicts of equal points have their mean; those with another cosine shift it by their share.
    const shifted = apply(log, { type: 'conflict', ...RUN, point: { ...conflict(most + 101), cosine: 1 } });
    const n = most + 102;
    const cosine = points[0].cosine;
    expect(log.runs[1].conflictMean).toMatchObject({ n: most + 101, until: most + 100 });
    expect(log.runs[1].conflictMean?.cosine).toBeCloseTo(cosine, 12);
    expect(shifted.runs[1].conflictMean?.cosine).toBeCloseTo(cosine + (1 - cosine) / n, 12);
    // A race that is resumed from an earlier state measures its last points again.
    const again = apply(shifted, { type: 'conflict', ...RUN, point: conflict(most + 50) });
    expect(again.runs[1].conflictMean).toEqual(shifted.runs[1].conflictMean);
    expect(parseRaceResult(ended(log, 'complete')).runs[1].gradientConflict).toHaveLength(steps.length);
  });

  it('given an infinite deviation beside a finite loss, then that layer is left out and all else is kept', () => {
    const point = { epoch: 1, step: 4, clean: 0.5, robust: 0.25, loss: 1.5 };
    const events: RaceEvent[] = [
      { type: 'epoch', ...RUN, point },
      { type: 'bn', ...RUN, point: { epoch: 1, layers: [layer(0.5), layer(1, Infinity), layer(NaN)] } },
      { type: 'bn', ...RUN, point: { epoch: 2, layers: [layer(Infinity)] } },
    ];
    const [, run] = events.reduce(apply, start(HEAD)).runs;
    expect(run.curves).toEqual([point]);
    expect(run.bn).toEqual([
      { epoch: 1, layers: [layer(0.5)] },
      { epoch: 2, layers: [layer(RESULT_LIMITS.distance)] },
    ]);
  });

  it('given a race that starts again from an earlier epoch, then what it measures anew replaces what it had', () => {
    const at = (epoch: number, clean: number): RaceEvent => ({
      type: 'epoch',
      ...RUN,
      point: { epoch, step: epoch, clean, robust: 0 },
    });
    const log = [at(0, 0.1), at(1, 0.2), at(2, 0.3), at(1, 0.9)].reduce(apply, start(HEAD));
    expect(log.runs[1].curves.map((p) => [p.epoch, p.clean])).toEqual([
      [0, 0.1],
      [1, 0.9],
    ]);
  });

  it('given an event of one run, then every other run is the same object; given one that changes nothing, then the result is', () => {
    const before = start(HEAD);
    const after = apply(before, { type: 'failure', ...RUN, message: 'ARAT diverged.' });
    expect(after.runs.map((run, i) => run === before.runs[i])).toEqual([true, false]);
    expect(after.runs[1].failure).toBe('ARAT diverged.');
    expect(before.runs[1].failure).toBeUndefined();
    expect(apply(after, { type: 'note', runId: 'r', message: 'n' })).toBe(after);
    expect(apply(after, { type: 'timing', ...RUN, seconds: 0, imagesPerSecond: 0 })).toBe(after);
  });
});
